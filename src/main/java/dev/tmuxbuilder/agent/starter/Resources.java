package dev.tmuxbuilder.agent.starter;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** What this agent brings along: style sheets, words, the server's program. */
final class Resources {
  private Resources() {}

  /** The text of a file below {@code starter/} on the class path. */
  static String text(String name) {
    try (InputStream in = Resources.class.getResourceAsStream("/starter/" + name)) {
      if (in == null) {
        throw new IllegalStateException("starter/" + name + " is missing from the program");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  static Properties properties(String name) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text(name)));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    return properties;
  }
}

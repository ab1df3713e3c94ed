package dev.tmuxbuilder.hosting.aws;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** What runs on a site's machine: plain shell scripts, which are parts of this program. */
final class Scripts {
  private Scripts() {}

  /** Makes a fresh machine ready; at most 16 KB, as EC2 takes no more. */
  static String machine() {
    return read("machine.sh");
  }

  /**
   * Puts a release live.
   *
   * @param values of the variables that the script speaks of
   */
  static String rollout(Map<String, String> values) {
    StringBuilder script = new StringBuilder("#!/bin/sh\n");
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                script.append(name).append("='").append(value.replace("'", "'\\''")).append("'\n"));
    return script.append(read("rollout.sh")).toString();
  }

  private static String read(String name) {
    try (InputStream in = Objects.requireNonNull(Scripts.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException impossible) { // it is a part of the program
      throw new UncheckedIOException(impossible);
    }
  }
}

package dev.tmuxbuilder.hosting;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What runs on a site's machine: plain shell scripts, which are parts of this program. They are the
 * same in every cloud, after some lines of the cloud's own.
 *
 * @param cloud in whose directory its own lines are: {@code aws}
 */
public record Scripts(String cloud) {
  private static final String SHELL = "#!/bin/sh\n";

  /** Makes a fresh machine ready; at most 16 KB, as EC2 takes no more. */
  public String machine() {
    return SHELL + read(cloud + "/machine.sh") + read("machine.sh");
  }

  /**
   * Puts a release live.
   *
   * @param values of the variables that the script speaks of
   */
  public String rollout(Map<String, String> values) {
    StringBuilder script = new StringBuilder(SHELL);
    new TreeMap<>(values)
        .forEach(
            (name, value) ->
                script.append(name).append("='").append(value.replace("'", "'\\''")).append("'\n"));
    return script.append(read(cloud + "/rollout.sh")).append(read("rollout.sh")).toString();
  }

  private static String read(String name) {
    try (InputStream in = Objects.requireNonNull(Scripts.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException impossible) { // it is a part of the program
      throw new UncheckedIOException(impossible);
    }
  }
}

package dev.tmuxbuilder.hosting.local;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a dynamic site's process is started with.
 *
 * @param owner whose user id it runs with, where it can have one of its own
 * @param release its working directory; it can read it and nothing else of the site
 * @param state the only directory that it may write to
 * @param port on loopback, where it has to answer
 */
record Launch(String owner, Path release, String sha256, Path state, int port) {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /** The whole environment of the process. */
  Map<String, String> environment() {
    return Map.of(
        "PORT",
        Integer.toString(port),
        "HOST",
        "127.0.0.1",
        "DATA_DIR",
        state.toString(),
        "RELEASE",
        sha256,
        "NODE_ENV",
        "production",
        "PATH",
        PATH);
  }
}

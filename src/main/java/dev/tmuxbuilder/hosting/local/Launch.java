package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.hosting.Environments;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What a dynamic site's process is started with.
 *
 * @param owner whose user id it runs with, where it can have one of its own
 * @param release its working directory; it can read it and nothing else of the site
 * @param state the only directory that it may write to
 * @param port on loopback, where it has to answer
 * @param given what was set for the site
 */
record Launch(
    String owner,
    Path release,
    String sha256,
    Path state,
    int port,
    Environments.Environment given) {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /** The whole environment of the process. */
  Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(given.values());
    all.putAll(
        Map.of(
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
            PATH));
    return all;
  }
}

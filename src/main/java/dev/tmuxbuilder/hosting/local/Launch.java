package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.hosting.Environments;
import dev.tmuxbuilder.isolation.Exit;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a dynamic site's process is started with.
 *
 * @param owner whose user id it runs with, where it can have one of its own
 * @param release its working directory; it can read it and nothing else of the site
 * @param state the only directory that it may write to
 * @param port on loopback, where it has to answer
 * @param given what was set for the site
 * @param exit the way to other hosts, where it has one
 */
record Launch(
    String owner,
    Path release,
    String sha256,
    Path state,
    int port,
    Environments.Environment given,
    Optional<Exit> exit) {
  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /** By which programs find the way out: most HTTP clients know these, Node.js' own since 22.21. */
  private static final Map<String, String> WAY_OUT =
      Map.of(
          "HTTPS_PROXY",
          "http://127.0.0.1:" + Exit.PORT,
          "https_proxy",
          "http://127.0.0.1:" + Exit.PORT,
          "NO_PROXY",
          "localhost,127.0.0.1",
          "no_proxy",
          "localhost,127.0.0.1",
          "NODE_USE_ENV_PROXY",
          "1");

  /** The same within no walls, where all ways are open. */
  Launch withoutExit() {
    return new Launch(owner, release, sha256, state, port, given, Optional.empty());
  }

  /** The whole environment of the process. */
  Map<String, String> environment() {
    Map<String, String> all = new HashMap<>(exit.isPresent() ? WAY_OUT : Map.of());
    all.putAll(given.values());
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

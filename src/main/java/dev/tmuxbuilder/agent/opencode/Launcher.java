package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.isolation.Confined;
import dev.tmuxbuilder.isolation.Limits;
import dev.tmuxbuilder.isolation.Network;
import dev.tmuxbuilder.isolation.Prepared;
import dev.tmuxbuilder.isolation.Sandbox;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Starts a user's server within walls: it sees its user's sessions, of which it may change the
 * sources but not their repositories, and reaches this service and nothing else. Methods block.
 */
@ApplicationScoped
class Launcher {
  private static final Logger LOG = Logger.getLogger(Launcher.class);
  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost");

  /** JavaScriptCore sets it aside for code and heaps; with less its compiler stays off. */
  private static final long RESERVE = 16L << 30;

  private final OpenCodeProgram program;
  private final Settings settings;
  private final Sandbox sandbox;
  private final int apiPort;

  Launcher(
      Settings settings, Sandbox sandbox, @ConfigProperty(name = "quarkus.http.port") int apiPort) {
    this.program = new OpenCodeProgram(settings);
    this.settings = settings;
    this.sandbox = sandbox;
    this.apiPort = apiPort;
  }

  OpenCodeProgram program() {
    return program;
  }

  /** A server that was started, with what keeps it in. */
  record Running(Process process, Prepared walls, Path note) {
    boolean alive() {
      return process.isAlive();
    }

    /** SIGTERM, and after a while SIGKILL; when this returns, nothing of it runs. */
    void end(Duration grace) {
      List<ProcessHandle> below;
      try (Stream<ProcessHandle> descendants = process.descendants()) {
        below = descendants.toList();
      }
      walls.askToEnd(process.toHandle());
      try {
        process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
      }
      Processes.kill(process.toHandle());
      Processes.awaitEnd(process.toHandle());
      below.forEach(Processes::awaitEnd); // a killed process is still there while it ends
      walls.close();
      try {
        Files.deleteIfExists(note);
      } catch (IOException left) {
        LOG.warnf("%s is left: %s", note, left.getMessage());
      }
    }
  }

  Running start(UserHome home, String user, int port, String password, Set<Path> folders)
      throws IOException, InterruptedException {
    Path opencode = program.path().orElseThrow(() -> new IOException("OpenCode is not installed"));
    Prepared walls =
        sandbox.prepare(confined(opencode.toRealPath(), home, user, port, password, folders));
    boolean started = false;
    try {
      Process process = walls.start(true);
      started = true;
      process.getOutputStream().close();
      Thread.ofVirtual().name("opencode log " + user).start(() -> Output.keep(process, home.log()));
      UserHome.write(home.note(), Orphans.note(process.toHandle()));
      return new Running(process, walls, home.note());
    } finally {
      if (!started) {
        walls.close();
      }
    }
  }

  private Confined confined(
      Path opencode, UserHome home, String user, int port, String password, Set<Path> folders) {
    List<Path> readable = new ArrayList<>(folders);
    readable.add(home.keys());
    List<Path> writable = new ArrayList<>(List.of(home.home()));
    folders.forEach(folder -> writable.add(folder.resolve("source")));
    return new Confined(
        "agent-" + user,
        List.of(
            opencode.toString(),
            "serve",
            "--pure",
            "--hostname",
            "127.0.0.1",
            "--port",
            Integer.toString(port)),
        home.work(),
        readable,
        writable,
        folders.stream().map(folder -> folder.resolve("source/.git")).toList(),
        environment(home.home(), password),
        Limits.ofMemory(settings.opencode().memory()).withReserve(RESERVE),
        network(port));
  }

  /** This service alone, as long as agents find it on this machine. */
  private Network network(int port) {
    Optional<URI> gateway = settings.gateway().address();
    if (gateway.isPresent() && !LOOPBACK.contains(String.valueOf(gateway.get().getHost()))) {
      return new Network.Shared();
    }
    int reached = gateway.map(URI::getPort).filter(given -> given > 0).orElse(apiPort);
    return new Network.Closed(Set.of(reached), Set.of(port));
  }

  /** The whole of it: no key, nothing of the service's own. */
  private static Map<String, String> environment(Path home, String password) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", home.toString());
    for (String name : List.of("CONFIG", "DATA", "STATE", "CACHE")) {
      environment.put(
          "XDG_" + name + "_HOME", home.resolve(name.toLowerCase(Locale.ROOT)).toString());
    }
    environment.put("OPENCODE_SERVER_PASSWORD", password);
    environment.put("OPENCODE_DISABLE_AUTOUPDATE", "true");
    environment.put("OPENCODE_DISABLE_MODELS_FETCH", "true");
    environment.put("OPENCODE_DISABLE_LSP_DOWNLOAD", "true");
    environment.put("npm_config_offline", "true"); // else it waits for a registry as it ends
    return environment;
  }
}

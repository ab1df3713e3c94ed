package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** The packaged service as a process of its own, on ports and a data directory of its own. */
public final class ServerProcess implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Path dataDirectory;
  private final Map<String, String> environment = new HashMap<>();
  private final int port = Ports.free();
  private final int sitesPort = Ports.free();
  private final List<String> options;
  private List<String> wrapper = List.of();
  private Optional<Process> process = Optional.empty();

  public ServerProcess(Path dataDirectory) {
    this(dataDirectory, ServerCache.use());
  }

  /**
   * @param options of the JVM, besides those that every test gives it
   */
  ServerProcess(Path dataDirectory, List<String> options) {
    this.dataDirectory = dataDirectory;
    this.options = options;
  }

  /** Adds a setting for the next start. */
  public ServerProcess with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** A command that sets something up and then becomes the service, whose words follow it. */
  public ServerProcess inside(String... command) {
    wrapper = List.of(command);
    return this;
  }

  /** Starts where the service must refuse to, and gives what it said. */
  public String refusal() {
    Process refused = launch();
    Awaitility.await("the service refuses")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> !refused.isAlive());
    assertThat(refused.exitValue()).as(log()).isEqualTo(1);
    return log();
  }

  public ServerProcess start() {
    launch();
    Awaitility.await("the service is ready")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> !alive() || client().answers("/q/health/ready"));
    assertThat(alive()).as("the service runs; its log:\n%s", log()).isTrue();
    return this;
  }

  /** Starts without waiting for anything. */
  public Process launch() {
    try {
      List<String> command = new ArrayList<>(wrapper);
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx512m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1", // it is started often and works little
              "--enable-native-access=ALL-UNNAMED"));
      command.addAll(options);
      command.addAll(List.of("-jar", System.getProperty("tmuxbuilder.test.app"), "serve"));
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("LC_ALL", "C.UTF-8");
      // Whatever this machine knows of accounts stays out: a test must never reach a real one.
      builder
          .environment()
          .keySet()
          .removeIf(name -> name.matches("(AWS|AZURE|ANTHROPIC|OPENAI|CLAUDE)_.*"));
      builder.environment().put("AWS_CONFIG_FILE", "/nonexistent");
      builder.environment().put("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
      builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
      // A test asks as often as many people would.
      builder.environment().put("TMUXBUILDER_API_REQUESTS_PER_USER", "1000000");
      builder.environment().put("TMUXBUILDER_API_REQUESTS_PER_TENANT", "1000000");
      builder.environment().put("TMUXBUILDER_DATA_DIR", dataDirectory.toString());
      builder.environment().put("QUARKUS_HTTP_PORT", Integer.toString(port));
      builder.environment().put("TMUXBUILDER_SITES_PORT", Integer.toString(sitesPort));
      builder
          .environment()
          .put(
              "TMUXBUILDER_BROWSER_NODE_MODULES",
              System.getProperty("tmuxbuilder.test.node-modules"));
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true);
      Files.createDirectories(logFile().getParent());
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
      Process started = builder.start();
      process = Optional.of(started);
      return started;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public boolean alive() {
    return process.filter(Process::isAlive).isPresent();
  }

  /** Cancels every run that waits or is under way. */
  public void cancelWhatRuns() {
    try (Connection superuser = new ServerDatabase(dataDirectory).asSuperuser()) {
      Client operator = operator();
      for (String id :
          ServerDatabase.texts(
              superuser,
              "select execution_id from executions where status in ('pending', 'running')")) {
        operator.post("/api/cancel/" + id, "");
      }
    } catch (SQLException | IOException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** SIGKILL: no chance to tidy up. */
  public void kill() {
    process.orElseThrow().destroyForcibly();
    waitForEnd(Duration.ofSeconds(10));
  }

  /** SIGTERM, and how long it took to end. */
  public Duration stop() {
    return stop(Duration.ofSeconds(20));
  }

  Duration stop(Duration patience) {
    long start = System.nanoTime();
    process.orElseThrow().destroy();
    waitForEnd(patience);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void waitForEnd(Duration patience) {
    try {
      assertThat(process.orElseThrow().waitFor(patience.toMillis(), TimeUnit.MILLISECONDS))
          .as("the service ends; its log:\n%s", log())
          .isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  public Client client() {
    return new Client("http://127.0.0.1:" + port, Optional.empty());
  }

  public Client operator() {
    try {
      return client().as(Files.readString(dataDirectory.resolve("operator.token")).strip());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  public long pid() {
    return process.orElseThrow().pid();
  }

  public int port() {
    return port;
  }

  public int sitesPort() {
    return sitesPort;
  }

  public Path dataDirectory() {
    return dataDirectory;
  }

  Path logFile() {
    String node = environment.getOrDefault("TMUXBUILDER_NODE_NAME", "server");
    return dataDirectory.resolveSibling(dataDirectory.getFileName() + "-" + node + ".log");
  }

  public String log() {
    return log(60);
  }

  /** The last lines that the service printed. */
  public String log(int most) {
    try {
      List<String> lines = Files.readAllLines(logFile());
      return String.join("\n", lines.subList(Math.max(0, lines.size() - most), lines.size()));
    } catch (IOException none) {
      return "(no log)";
    }
  }

  /** Stops a site's program, so that it does not end when it is asked to. */
  void hold(String session) throws IOException, InterruptedException {
    List<String> pids =
        ProcessHandle.of(pid())
            .orElseThrow()
            .descendants()
            .filter(process -> process.info().commandLine().orElse("").contains(session))
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .map(process -> Long.toString(process.pid()))
            .distinct()
            .toList();
    assertThat(pids).isNotEmpty();
    List<String> command = new ArrayList<>(List.of("kill", "-STOP"));
    command.addAll(pids);
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  /** Command lines of all processes on this machine that name the data directory. */
  public List<String> processesOfDataDirectory() {
    List<String> found = new ArrayList<>();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      all.filter(handle -> process.map(Process::pid).filter(pid -> pid == handle.pid()).isEmpty())
          .forEach(
              handle -> {
                try {
                  String command =
                      Files.readString(Path.of("/proc/" + handle.pid() + "/cmdline"))
                          .replace('\0', ' ');
                  if (command.contains(dataDirectory.toString())) {
                    found.add(command);
                  }
                } catch (IOException gone) {
                  // ended while we looked
                }
              });
    }
    return found;
  }

  @Override
  public void close() {
    if (alive()) {
      process.orElseThrow().destroy();
      try {
        if (!process.orElseThrow().waitFor(20, TimeUnit.SECONDS)) {
          process.orElseThrow().destroyForcibly();
        }
      } catch (InterruptedException stopped) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

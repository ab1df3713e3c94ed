package dev.tmuxbuilder.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The service on this machine: started where none answers, and left serving. */
final class LocalService {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration BETWEEN = Duration.ofMillis(150);
  private static final int TAIL_LINES = 20;

  private final Surroundings surroundings;
  private final Connection connection;

  LocalService(Surroundings surroundings, Connection connection) {
    this.surroundings = surroundings;
    this.connection = connection;
  }

  /**
   * Returns when the service is ready. Blocks for 60 seconds at most.
   *
   * @throws CliFailure where a service that was named does not answer, or one does not start
   */
  void makeSureThatItAnswers() throws InterruptedException {
    Api api = connection.openAnonymously(surroundings);
    Optional<Integer> answer = api.readiness();
    if (answer.isPresent()) {
      awaitReady(api, answer.get());
    } else if (connection.named(surroundings)) {
      throw api.unreachable(new IOException("nothing listens"));
    } else {
      start(api);
    }
  }

  /** Something answers: a service that is ready, one that is starting, or a stranger. */
  private void awaitReady(Api api, int firstAnswer) throws InterruptedException {
    long start = System.nanoTime();
    int answer = firstAnswer;
    while (answer == 503 && System.nanoTime() - start < START.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
      answer = api.readiness().orElse(503);
    }
    if (answer == 503) {
      throw CliFailure.failed(
          "not_ready", "the service at " + api.address() + " is not ready", "Its log says why.");
    }
    if (answer != 200) {
      throw CliFailure.failed(
          "stranger",
          "what answers at " + api.address() + " is not this service (it says " + answer + ")",
          "Choose another port with QUARKUS_HTTP_PORT; tmux-builder doctor says who has this one.");
    }
  }

  private void start(Api api) throws InterruptedException {
    Path log = log();
    surroundings.err().line("No service answers at " + api.address() + ": starting one.");
    Process process = launch(log);
    long start = System.nanoTime();
    while (System.nanoTime() - start < START.toNanos()) {
      if (api.readiness().filter(answer -> answer == 200).isPresent()) {
        surroundings
            .err()
            .line(
                "It serves as process "
                    + process.pid()
                    + " and stays; its log is "
                    + log
                    + ". Stop it with: kill "
                    + process.pid());
        return;
      }
      if (process.waitFor(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw notStarted("the service stopped with exit code " + process.exitValue(), log);
      }
    }
    throw notStarted("the service was not ready after " + START.toSeconds() + " s", log);
  }

  private Path log() {
    try {
      Path logs = surroundings.dataDir().resolve("logs");
      Files.createDirectories(
          logs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      return logs.resolve("server.log");
    } catch (IOException unwritable) {
      throw CliFailure.failed(
          "data_dir",
          "cannot write to the data directory " + surroundings.dataDir(),
          "Make it writable, or name another with TMUXBUILDER_DATA_DIR.");
    }
  }

  /**
   * In a session of its own (setsid), so that the terminal's end is not the service's. setsid
   * replaces itself by the program, so the process is the service.
   */
  private Process launch(Path log) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(program());
    command.add("serve");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(surroundings.environment());
    List.of("TMUXBUILDER_TOKEN", "TMUX", "TMUX_PANE") // the caller's, not the service's
        .forEach(environment::remove);
    environment.put("TMUXBUILDER_DATA_DIR", surroundings.dataDir().toString());
    try {
      return builder.start();
    } catch (IOException noSetsid) {
      throw CliFailure.failed(
          "cannot_start",
          "cannot start the service: " + noSetsid.getMessage(),
          "setsid is in the package util-linux. Or start the service yourself: tmux-builder serve");
    }
  }

  /** The script that started this command, or this very program. */
  private List<String> program() {
    Optional<String> launcher = surroundings.variable("TMUXBUILDER_LAUNCHER");
    if (launcher.isPresent()) {
      return List.of(launcher.get());
    }
    String self = ProcessHandle.current().info().command().orElse("java");
    String classPath = System.getProperty("java.class.path", "");
    return classPath.endsWith(".jar") ? List.of(self, "-jar", classPath) : List.of(self);
  }

  private CliFailure notStarted(String what, Path log) {
    return new CliFailure(
        CliFailure.FAILED,
        "not_started",
        what + "; the end of " + log + ":",
        tail(log),
        "tmux-builder doctor says what this machine lacks.");
  }

  private static List<String> tail(Path log) {
    try {
      List<String> lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}

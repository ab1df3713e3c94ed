package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * The service's own tmux server: a socket in its data directory, no configuration of anybody's, no
 * session but those of agents. It ends with its last session. Methods block.
 */
final class Tmux {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** What a Unix socket's address may have, less the NUL at its end. */
  private static final int LONGEST_SOCKET = 107;

  private final String program;
  private final Path socket;

  Tmux(String program, Path socket) {
    this.program = program;
    this.socket = socket;
  }

  boolean addressable() {
    return socket.toString().length() <= LONGEST_SOCKET;
  }

  static String session(ExecutionId execution) {
    return "exec_" + execution;
  }

  String attachCommand(ExecutionId execution) {
    return "tmux -S '" + socket + "' attach -t '=" + session(execution) + "'";
  }

  /** Runs a command in a session of its own, without a shell. */
  void start(ExecutionId execution, Path directory, List<String> command)
      throws IOException, InterruptedException, TimeoutException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "new-session",
                "-d",
                "-s",
                session(execution),
                "-x",
                "200",
                "-y",
                "50",
                "-c",
                directory.toString(),
                "--"));
    arguments.addAll(command);
    Processes.Result result = call(arguments);
    if (!result.ok()) {
      throw new IOException("tmux new-session: " + result.stderr().strip());
    }
  }

  /** The process in the session's pane; empty where there is no such session. */
  Optional<ProcessHandle> pane(ExecutionId execution)
      throws IOException, InterruptedException, TimeoutException {
    Processes.Result result =
        call(List.of("list-panes", "-t", "=" + session(execution) + ":", "-F", "#{pane_pid}"));
    return result.ok()
        ? result.stdout().lines().findFirst().map(Long::parseLong).flatMap(ProcessHandle::of)
        : Optional.empty();
  }

  void kill(ExecutionId execution) throws IOException, InterruptedException, TimeoutException {
    call(List.of("kill-session", "-t", "=" + session(execution)));
  }

  private Processes.Result call(List<String> arguments)
      throws IOException, InterruptedException, TimeoutException {
    List<String> command = new ArrayList<>(List.of(program, "-S", socket.toString(), "-f"));
    command.add("/dev/null");
    command.addAll(arguments);
    return Processes.runBlocking(
        new Processes.Command(
            command, socket.resolveSibling(""), Map.of("LC_ALL", "C.UTF-8"), DEADLINE, 1 << 16));
  }
}

package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.Screen;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.platform.ProcessSpace;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The service's own tmux server: a socket in its data directory, no configuration of anybody's, no
 * session but those of agents. It ends with its last session. Methods block.
 */
final class Tmux {
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** A screen with a look of its own for every character stays below it. */
  private static final int MOST_OUTPUT = 1 << 19;

  /** What a Unix socket's address may have, less the NUL at its end. */
  private static final int LONGEST_SOCKET = 107;

  private static final String PREFIX = "exec_";

  private final String program;
  private final Path socket;

  Tmux(String program, Path socket) {
    this.program = program;
    this.socket = socket;
  }

  /** One in each space of processes: a socket leads nowhere from another machine. */
  static Path socketIn(Path data) {
    return data.resolve("agents-" + ProcessSpace.here().digits() + ".sock");
  }

  boolean addressable() {
    return socket.toString().length() <= LONGEST_SOCKET;
  }

  static String session(ExecutionId execution) {
    return PREFIX + execution;
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

  /** All agents that have a session on this machine. */
  Set<ExecutionId> sessions() throws IOException, InterruptedException, TimeoutException {
    return Files.exists(socket)
        ? call(List.of("list-sessions", "-F", "#{session_name}"))
            .stdout()
            .lines()
            .filter(name -> name.startsWith(PREFIX))
            .flatMap(name -> ExecutionId.parse(name.substring(PREFIX.length())).stream())
            .collect(Collectors.toSet())
        : Set.of();
  }

  /** What is in the session's pane now, with its looks; empty where there is no such session. */
  Optional<Screen> screen(ExecutionId execution)
      throws IOException, InterruptedException, TimeoutException {
    Processes.Result result =
        call(
            List.of(
                "display-message",
                "-p",
                "-t",
                pane(session(execution)),
                "#{pane_width} #{pane_height} #{cursor_x} #{cursor_y}",
                ";",
                "capture-pane",
                "-p",
                "-e",
                "-t",
                pane(session(execution))));
    List<String> lines = result.stdout().lines().toList();
    if (!result.ok() || lines.isEmpty()) {
      return Optional.empty();
    }
    String[] numbers = lines.getFirst().split(" ", -1);
    return numbers.length < 4 || numbers[0].isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Screen(
                Integer.parseInt(numbers[0]),
                Integer.parseInt(numbers[1]),
                Integer.parseInt(numbers[2]),
                Integer.parseInt(numbers[3]),
                Screen.read(lines.subList(1, lines.size()))));
  }

  private static String pane(String session) {
    return "=" + session + ":";
  }

  /**
   * Sends bytes to the program in the pane, and to nobody else: tmux takes no orders from them.
   *
   * @return false where there is no such session
   */
  boolean type(ExecutionId execution, String keys)
      throws IOException, InterruptedException, TimeoutException {
    List<String> arguments =
        new ArrayList<>(List.of("send-keys", "-t", pane(session(execution)), "-H"));
    for (byte one : keys.getBytes(StandardCharsets.UTF_8)) {
      arguments.add(String.format(Locale.ROOT, "%02x", one));
    }
    return call(arguments).ok();
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
            command,
            socket.resolveSibling(""),
            Map.of("LC_ALL", "C.UTF-8"),
            DEADLINE,
            MOST_OUTPUT));
  }
}

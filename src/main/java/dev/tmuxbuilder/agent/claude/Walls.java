package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * What an agent's process sees of the machine, where bubblewrap works: the system's programs, its
 * own program, its session's folder (to be read, {@code source/} to be written) and its own home.
 * No other session, no token, no process of anybody else's. The network is the machine's, since the
 * model gateway is on it and the agent goes on while the service is restarted.
 */
record Walls(Optional<Path> bubblewrap) {
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final List<String> SYSTEM = List.of("/bin", "/sbin", "/lib", "/lib64");
  private static final List<String> CONFIGURATION =
      List.of(
          "/etc/ssl",
          "/etc/ca-certificates",
          "/etc/ld.so.cache",
          "/etc/hosts",
          "/etc/passwd",
          "/etc/resolv.conf",
          "/etc/nsswitch.conf",
          "/etc/localtime");

  /** Looks whether bubblewrap works here. Blocks. */
  static Walls probe() {
    return new Walls(Programs.find("bwrap").filter(Walls::works));
  }

  private static boolean works(Path program) {
    try {
      List<String> command = new ArrayList<>(around(program));
      command.addAll(List.of("--", "true"));
      return Processes.runBlocking(
              Processes.Command.of(Path.of("/"), DEADLINE, command.toArray(String[]::new)))
          .ok();
    } catch (IOException | TimeoutException broken) {
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The command within walls, or as it is where there are none.
   *
   * @param kept parts of what may be written to that may only be read, where they are there
   */
  List<String> command(
      List<String> command,
      Path directory,
      List<Path> readable,
      List<Path> writable,
      List<Path> kept)
      throws IOException {
    if (bubblewrap.isEmpty()) {
      return command;
    }
    List<String> walled = new ArrayList<>(around(bubblewrap.get()));
    readable.forEach(path -> bind(walled, "--ro-bind", path));
    writable.forEach(path -> bind(walled, "--bind", path));
    kept.forEach(path -> bind(walled, "--ro-bind-try", path));
    walled.addAll(List.of("--chdir", directory.toString(), "--"));
    walled.addAll(command);
    return walled;
  }

  private static void bind(List<String> arguments, String how, Path path) {
    arguments.addAll(List.of(how, path.toString(), path.toString()));
  }

  private static List<String> around(Path program) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--die-with-parent",
                "--new-session",
                "--unshare-user",
                "--unshare-pid",
                "--unshare-ipc",
                "--unshare-uts",
                "--cap-drop",
                "ALL",
                "--ro-bind",
                "/usr",
                "/usr"));
    for (String directory : SYSTEM) {
      Path path = Path.of(directory);
      if (Files.isSymbolicLink(path)) {
        arguments.addAll(List.of("--symlink", Files.readSymbolicLink(path).toString(), directory));
      } else {
        arguments.addAll(List.of("--ro-bind-try", directory, directory));
      }
    }
    for (String path : CONFIGURATION) {
      arguments.addAll(List.of("--ro-bind-try", path, path));
    }
    arguments.addAll(List.of("--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"));
    return arguments;
  }
}

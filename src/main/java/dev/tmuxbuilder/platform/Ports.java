package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who listens on this machine's TCP ports, read from {@code /proc} (proc(5)). Blocks briefly. */
public final class Ports {
  private static final String LISTENING = "0A";

  private Ports() {}

  /**
   * A program that holds a port.
   *
   * @param pid empty where it belongs to somebody whose processes we may not look into
   */
  public record Listener(int port, Optional<Long> pid, String program) {
    @Override
    public String toString() {
      return pid.map(id -> program + " (process " + id + ")").orElse(program);
    }
  }

  /** Who listens on a port, whatever the address; empty where nobody does. */
  public static Optional<Listener> listener(int port) {
    return inode("/proc/net/tcp", port)
        .or(() -> inode("/proc/net/tcp6", port))
        .map(inode -> named(port, inode));
  }

  private static Optional<String> inode(String table, int port) {
    String local = ":" + String.format(Locale.ROOT, "%04X", port);
    try {
      return Files.readAllLines(Path.of(table)).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(f -> f.length > 9 && f[1].endsWith(local) && f[3].equals(LISTENING))
          .map(f -> f[9])
          .findFirst();
    } catch (IOException noTable) {
      return Optional.empty();
    }
  }

  private static Listener named(int port, String inode) {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (holds(process, "socket:[" + inode + "]")) {
          long pid = Long.parseLong(process.getFileName().toString());
          return new Listener(port, Optional.of(pid), command(process));
        }
      }
    } catch (IOException noProc) {
      return new Listener(port, Optional.empty(), "a program that cannot be looked up");
    }
    return new Listener(port, Optional.empty(), "a program of another user");
  }

  private static boolean holds(Path process, String socket) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        if (pointsTo(file, socket)) {
          return true;
        }
      }
      return false;
    } catch (IOException endedOrNotOurs) {
      return false;
    }
  }

  private static boolean pointsTo(Path file, String socket) {
    try {
      return Files.readSymbolicLink(file).toString().equals(socket);
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  /** The program and its first arguments, short enough for a sentence. */
  private static String command(Path process) throws IOException {
    byte[] line = Files.readAllBytes(process.resolve("cmdline"));
    List<String> words = List.of(new String(line, StandardCharsets.UTF_8).split("\0", -1));
    Path program = Path.of(words.getFirst()).getFileName();
    String name = program == null ? "" : program.toString();
    return name.isEmpty() ? Files.readString(process.resolve("comm")).strip() : name;
  }
}

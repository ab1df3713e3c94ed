package dev.tmuxbuilder.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * Looks again and again which processes work for a data directory: those that name it, and all that
 * they started. In the end none of them may be there, not even as a zombie.
 */
public final class Leftovers implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(150);
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Path data;
  private final long self = ProcessHandle.current().pid();
  private final Map<Running, Seen> seen = new ConcurrentHashMap<>();
  private final Thread watching;
  private volatile boolean over;

  /** A process: its number alone may be another's later. */
  private record Running(long pid, String started) {}

  private record Stat(long parent, String started) {}

  private record Seen(Running parent, String command) {}

  public Leftovers(Path data) {
    this.data = data.toAbsolutePath();
    this.watching = Thread.ofPlatform().daemon().name("leftovers").start(this::watch);
  }

  private void watch() {
    try {
      while (!over) {
        look();
        Thread.sleep(LOOK);
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private Set<Running> look() {
    Map<Long, Stat> all = processes();
    Map<Long, String> commands = new HashMap<>();
    Set<Long> ours = new HashSet<>();
    all.keySet()
        .forEach(
            pid -> {
              String command = command(pid);
              commands.put(pid, command);
              if (pid != self && command.contains(data.toString())) {
                ours.add(pid);
              }
            });
    boolean grows = true;
    while (grows) {
      grows = false;
      for (Map.Entry<Long, Stat> each : all.entrySet()) {
        grows |= ours.contains(each.getValue().parent) && ours.add(each.getKey());
      }
    }
    Set<Running> found = new HashSet<>();
    for (long pid : ours) {
      Running running = new Running(pid, startOf(all, pid));
      found.add(running);
      long parent = Objects.requireNonNull(all.get(pid)).parent;
      seen.put(
          running,
          new Seen(new Running(parent, startOf(all, parent)), commands.getOrDefault(pid, "")));
    }
    return found;
  }

  /** Command lines of all processes that were seen. */
  public Set<String> commands() {
    return seen.values().stream().map(Seen::command).collect(Collectors.toSet());
  }

  /** Those of {@link #commands} that no process with such a word in its command line started. */
  public Set<String> commandsNotOf(String word) {
    return seen.values().stream()
        .filter(
            each ->
                Stream.iterate(
                        seen.get(each.parent), Objects::nonNull, above -> seen.get(above.parent))
                    .noneMatch(above -> above.command.contains(word)))
        .map(Seen::command)
        .collect(Collectors.toSet());
  }

  /** SIGKILL to those whose command line has such a word in it, but to no server of tmux'. */
  public void kill(String word) {
    for (Running each : look()) {
      String command = command(each.pid);
      if (command.contains(word) && !command.contains(" new-session -d ")) {
        ProcessHandle.of(each.pid).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  /** The memory that is theirs now, in bytes: shared pages are shared out. */
  public long memory() {
    long bytes = 0;
    for (Running each : look()) {
      try (Stream<String> lines = Files.lines(Path.of("/proc/" + each.pid + "/smaps_rollup"))) {
        bytes +=
            lines
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
      } catch (IOException | UncheckedIOException gone) {
        // it ended meanwhile
      }
    }
    return bytes;
  }

  /** No process of those that were seen is left, nor one that works for the directory now. */
  public void assertNone() {
    Awaitility.await("no process is left")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(look()).as("of the data directory").isEmpty();
              Map<Long, Stat> all = processes();
              assertThat(seen.keySet())
                  .as("zombies too")
                  .noneMatch(each -> startOf(all, each.pid).equals(each.started));
            });
  }

  /** Empty where there is none of that number. */
  private static String startOf(Map<Long, Stat> all, long pid) {
    Stat stat = all.get(pid);
    return stat == null ? "" : stat.started;
  }

  /** How many files, sockets and pipes this very process has open. */
  public static long handles() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Map<Long, Stat> processes() {
    Map<Long, Stat> all = new HashMap<>();
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (Character.isDigit(name.charAt(0))) {
          stat(entry, Long.parseLong(name), all);
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return all;
  }

  /** What follows the program's name, which may hold anything: proc_pid_stat(5). */
  private static void stat(Path entry, long pid, Map<Long, Stat> into) throws IOException {
    try {
      String line = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
      List<String> fields = List.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
      into.put(pid, new Stat(Long.parseLong(fields.get(1)), fields.get(19)));
    } catch (NoSuchFileException gone) {
      // ended while we looked
    } catch (IOException gone) {
      if (Files.exists(entry.resolve("stat"))) {
        throw gone;
      }
    }
  }

  private static String command(long pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1)
          .replace('\0', ' ')
          .strip();
    } catch (IOException gone) {
      return "";
    }
  }

  @Override
  public void close() {
    over = true;
    watching.interrupt();
  }
}

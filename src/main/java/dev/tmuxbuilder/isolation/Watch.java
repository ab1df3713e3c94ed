package dev.tmuxbuilder.isolation;

import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sees to what limits of single processes cannot: memory of all processes of a sandbox together,
 * and the room that its files take. Whoever uses more is ended, and the log says so.
 */
final class Watch {
  private static final System.Logger LOG = System.getLogger(Watch.class.getName());
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Of all time, this share at most is spent on adding up a folder's files. */
  private static final int SHARE = 20;

  private static final long PAGE = 4096;

  /** What a file takes that has nothing in it. */
  private static final long ENTRY = 4096;

  private static final int PARENT = 1;

  private final Map<ProcessHandle, Guarded> guarded = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private boolean watching;

  /** One sandbox. */
  private static final class Guarded {
    private final Confined confined;
    private long nextDiskLook;
    private boolean told;

    Guarded(Confined confined) {
      this.confined = confined;
    }
  }

  private record Seen(long parent, long memory) {}

  void over(ProcessHandle process, Confined confined) {
    guarded.put(process, new Guarded(confined));
    lock.lock();
    try {
      if (!watching) {
        watching = true;
        Thread.ofVirtual().name("sandboxes").start(this::look);
      }
      more.signal();
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    try {
      while (await()) {
        guarded.keySet().removeIf(process -> !process.isAlive());
        Map<Long, Seen> all = processes();
        guarded.forEach((process, what) -> judge(process, what, all));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Pauses; false once there is nothing to watch over. */
  private boolean await() throws InterruptedException {
    lock.lock();
    try {
      if (guarded.isEmpty()) {
        watching = false;
        return false;
      }
      more.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private static void judge(ProcessHandle process, Guarded what, Map<Long, Seen> all) {
    Limits limits = what.confined.limits();
    List<Long> tree = below(process.pid(), all);
    long memory =
        tree.stream().mapToLong(pid -> all.containsKey(pid) ? all.get(pid).memory() : 0).sum();
    if (memory > limits.memory()) {
      end(
          process,
          what,
          "used " + mebi(memory) + " of memory, more than its " + mebi(limits.memory()));
      return;
    }
    if (tree.size() >= limits.processes() * 9 / 10 && !what.told) {
      what.told = true;
      LOG.log(
          System.Logger.Level.WARNING,
          "sandbox {0} has {1} processes, as many as it may",
          what.confined.owner(),
          tree.size());
    }
    long now = System.nanoTime();
    if (what.nextDiskLook == 0 || now - what.nextDiskLook >= 0) {
      for (Path folder : what.confined.writable()) {
        if (size(folder, limits.disk()) > limits.disk()) {
          end(process, what, "wrote more than its " + mebi(limits.disk()) + " to " + folder);
        }
      }
      long took = System.nanoTime() - now;
      what.nextDiskLook = System.nanoTime() + Math.max(LOOK.toNanos(), SHARE * took);
    }
  }

  private static void end(ProcessHandle process, Guarded what, String why) {
    LOG.log(
        System.Logger.Level.WARNING, "sandbox {0} was ended: it {1}", what.confined.owner(), why);
    Processes.kill(process);
  }

  private static String mebi(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  private static List<Long> below(long root, Map<Long, Seen> all) {
    Map<Long, List<Long>> children = new HashMap<>();
    all.forEach(
        (pid, seen) -> children.computeIfAbsent(seen.parent(), p -> new ArrayList<>()).add(pid));
    List<Long> tree = new ArrayList<>();
    Deque<Long> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      long pid = open.pop();
      tree.add(pid);
      open.addAll(children.getOrDefault(pid, List.of()));
    }
    return tree;
  }

  /** All processes of this machine; memory is what is theirs alone. */
  private static Map<Long, Seen> processes() {
    Map<Long, Seen> all = new HashMap<>();
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (Character.isDigit(name.charAt(0))) {
          see(entry, Long.parseLong(name), all);
        }
      }
    } catch (IOException | UncheckedIOException noProc) {
      LOG.log(System.Logger.Level.DEBUG, "no look at the processes: {0}", noProc.getMessage());
    }
    return all;
  }

  private static void see(Path entry, long pid, Map<Long, Seen> all) {
    try {
      String stat = Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      String[] pages = Files.readString(entry.resolve("statm")).strip().split(" ");
      long own = Long.parseLong(pages[1]) - Long.parseLong(pages[2]);
      all.put(pid, new Seen(Long.parseLong(fields[PARENT]), own * PAGE));
    } catch (IOException gone) {
      LOG.log(System.Logger.Level.TRACE, "process {0} is gone", Long.toString(pid));
    }
  }

  /** Adds up files, until they are more than enough. */
  private static long size(Path folder, long enough) {
    long[] sum = {0};
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              sum[0] += ENTRY + attributes.size();
              return sum[0] > enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException gone) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException unreadable) {
      LOG.log(System.Logger.Level.DEBUG, "no look into {0}: {1}", folder, unreadable.getMessage());
    }
    return sum[0];
  }
}

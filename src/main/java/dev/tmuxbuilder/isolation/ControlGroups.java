package dev.tmuxbuilder.isolation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Control groups of version 2, where systemd has delegated a branch of their tree to this service
 * ({@code Delegate=}): all that a sandbox starts is in a group of its own, and the kernel itself
 * bounds what they use together. After the kernel's documentation of cgroup v2 and systemd's of its
 * delegation. Methods block.
 */
final class ControlGroups {
  private static final System.Logger LOG = System.getLogger(ControlGroups.class.getName());

  private static final Set<String> CONTROLLERS = Set.of("cpu", "memory", "pids");

  /** What systemd writes to a branch that it has delegated. */
  private static final String DELEGATED = "delegate";

  /** The service's own group: a branch that bounds others must have no process itself. */
  private static final String OF_THE_SERVICE = "service";

  private static final String SANDBOX = "sandbox-";

  /** How often processes are moved on, while they go on starting others. */
  private static final int MOVES = 10;

  /** Of the processors, in proportion to the service's own 100 where both want them. */
  private static final int WEIGHT = 50;

  private static final Duration EMPTIED = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(10);

  private final Path branch;

  private ControlGroups(Path branch) {
    this.branch = branch;
  }

  /** The branch that is this process' own; empty where none has been delegated. */
  static Optional<ControlGroups> delegated() {
    try {
      Optional<Path> own = own();
      Optional<Path> branch =
          own.filter(group -> group.endsWith(OF_THE_SERVICE)).map(Path::getParent).or(() -> own);
      return branch.isPresent() && isDelegated(branch.get())
          ? Optional.of(takeOver(branch.get()))
          : Optional.empty();
    } catch (IOException unusable) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the control groups that were delegated cannot be used: {0}",
          unusable.getMessage());
      return Optional.empty();
    }
  }

  /** Where this process is in the tree of version 2, if there is one. */
  static Optional<Path> own() throws IOException {
    Optional<String> place;
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/cgroup"))) {
      place =
          lines.filter(line -> line.startsWith("0::/")).map(line -> line.substring(4)).findAny();
    }
    return place.filter(path -> !path.startsWith("..")).flatMap(ControlGroups::at);
  }

  private static Optional<Path> at(String place) {
    try (Stream<String> mounts = Files.lines(Path.of("/proc/self/mounts"))) {
      return mounts
          .map(mount -> mount.split(" "))
          .filter(fields -> fields[2].equals("cgroup2"))
          .map(fields -> Path.of(fields[1]).resolve(place))
          .filter(Files::isDirectory)
          .findFirst();
    } catch (IOException | UncheckedIOException noProc) {
      return Optional.empty();
    }
  }

  private static boolean isDelegated(Path branch) throws IOException {
    UserDefinedFileAttributeView marks =
        Files.getFileAttributeView(branch, UserDefinedFileAttributeView.class);
    if (marks == null || !marks.list().contains(DELEGATED)) {
      return false;
    }
    ByteBuffer mark = ByteBuffer.allocate(marks.size(DELEGATED));
    marks.read(DELEGATED, mark);
    return new String(mark.array(), StandardCharsets.UTF_8).strip().equals("1")
        && words(branch.resolve("cgroup.controllers")).containsAll(CONTROLLERS);
  }

  /**
   * Makes a branch ready: this service, and whatever it has started, goes to a group of its own,
   * and groups that are left of an earlier start and empty are removed.
   */
  static ControlGroups takeOver(Path branch) throws IOException {
    Path service = make(branch.resolve(OF_THE_SERVICE));
    for (int move = 0; move < MOVES; move++) {
      List<String> there = Files.readAllLines(branch.resolve("cgroup.procs"));
      if (there.isEmpty()) {
        break;
      }
      for (String process : there) {
        move(process, service);
      }
    }
    for (String controller : CONTROLLERS) {
      write(branch.resolve("cgroup.subtree_control"), "+" + controller);
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(branch, SANDBOX + "*")) {
      for (Path group : left) {
        new Group(group, "of an earlier start").remove();
      }
    }
    return new ControlGroups(branch);
  }

  private static void move(String process, Path group) throws IOException {
    try {
      write(group.resolve("cgroup.procs"), process);
    } catch (IOException failed) {
      if (Files.exists(Path.of("/proc", process))) {
        throw failed;
      } // it has ended meanwhile
    }
  }

  /** A new group with these limits. Whoever asks for it closes it. */
  Group group(String owner, Limits limits) throws IOException {
    Group group = group(branch, owner);
    try {
      limit(group.folder, limits);
      return group;
    } catch (IOException failed) {
      group.remove();
      throw failed;
    }
  }

  static void limit(Path group, Limits limits) throws IOException {
    write(group.resolve("memory.max"), Long.toString(limits.memory()));
    write(group.resolve("memory.oom.group"), "1");
    write(group.resolve("pids.max"), Integer.toString(limits.processes()));
    write(group.resolve("cpu.weight"), Integer.toString(WEIGHT));
    if (Files.exists(group.resolve("memory.swap.max"))) { // a kernel may be without swap
      write(group.resolve("memory.swap.max"), "0");
    }
  }

  /** A new group without limits. */
  static Group group(Path branch, String owner) throws IOException {
    return new Group(make(branch.resolve(SANDBOX + UUID.randomUUID())), owner);
  }

  private static Path make(Path group) throws IOException {
    try {
      return Files.createDirectory(group);
    } catch (FileAlreadyExistsException known) {
      return group;
    }
  }

  private static void write(Path file, String value) throws IOException {
    Files.writeString(file, value, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static List<String> words(Path file) throws IOException {
    return List.of(Files.readString(file).strip().split("\\s+"));
  }

  /** One sandbox' group. */
  static final class Group implements AutoCloseable {
    private final Path folder;
    private final String owner;

    private Group(Path folder, String owner) {
      this.folder = folder;
      this.owner = owner;
    }

    Path folder() {
      return folder;
    }

    /** In front of a command: enters the group and becomes the command. */
    List<String> entering() {
      return List.of(
          "/bin/sh",
          "-c",
          "echo 0 >\"$0\" && exec \"$@\"",
          folder.resolve("cgroup.procs").toString());
    }

    /** Ends whatever is still in it, and says what the kernel had to hold back. */
    @Override
    public void close() {
      told("memory.events", "oom_kill", "was ended by the kernel: it used more memory than it may");
      told("pids.events", "max", "wanted more processes than it may have");
      try {
        write(folder.resolve("cgroup.kill"), "1");
        long until = System.nanoTime() + EMPTIED.toNanos();
        while (populated() && System.nanoTime() - until < 0) {
          LockSupport.parkNanos(LOOK.toNanos());
        }
      } catch (IOException gone) {
        LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", folder, gone.getMessage());
      }
      remove();
    }

    private boolean populated() throws IOException {
      return Files.readString(folder.resolve("cgroup.events")).contains("populated 1");
    }

    private void told(String file, String event, String what) {
      try {
        boolean happened =
            Files.readAllLines(folder.resolve(file)).stream()
                .anyMatch(line -> line.startsWith(event + " ") && !line.equals(event + " 0"));
        if (happened) {
          LOG.log(System.Logger.Level.WARNING, "sandbox {0} {1}", owner, what);
        }
      } catch (IOException without) {
        LOG.log(System.Logger.Level.DEBUG, "{0}: {1}", folder, without.getMessage());
      }
    }

    /** Where something of it still runs it stays, and goes at a later start. */
    private void remove() {
      try {
        Files.deleteIfExists(folder);
      } catch (IOException busy) {
        LOG.log(System.Logger.Level.DEBUG, "{0} stays: {1}", folder, busy.getMessage());
      }
    }
  }
}

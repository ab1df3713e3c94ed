package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The directory from which Playwright starts its drivers: {@code node}, {@code package}, and under
 * {@code tmp} a place for the profiles of each driver's browser. There is one in a process, as
 * Playwright reads its place only once; it goes when the service has ended its browsers, and what a
 * killed process left behind is removed by the next one. It is in the system's temporary directory
 * because Chromium makes a socket below it, whose path may have no more than 107 bytes.
 * Thread-safe.
 */
final class DriverDirectory {
  private static final String PREFIX = "tmux-builder-browser-";
  private static final String SYSTEM_TEMPORARY = "/tmp";
  private static @Nullable DriverDirectory shared;

  private final Path root;
  private final Set<ProcessHandle> known = new HashSet<>();

  private DriverDirectory(Path root) {
    this.root = root;
  }

  /** A driver with its process, which Playwright itself keeps to itself. */
  record Driver(Playwright playwright, ProcessHandle process) {}

  static synchronized DriverDirectory shared(Installation installation) {
    if (shared == null) {
      try {
        shared = create(installation);
      } catch (IOException unwritable) {
        throw StepFailure.retryable(
                "browser",
                "browser_missing",
                "The browser's driver could not be set up: " + unwritable.getMessage(),
                "See that the temporary directory can be written to.")
            .causedBy(unwritable);
      }
    }
    return shared;
  }

  /** For when no browser is started any more in this process. */
  static synchronized void remove() {
    if (shared != null) {
      Trees.deleteQuietly(shared.root);
    }
  }

  private static DriverDirectory create(Installation installation) throws IOException {
    Path temporary = Path.of(Objects.requireNonNullElse(System.getenv("TMPDIR"), SYSTEM_TEMPORARY));
    removeLeftovers(temporary);
    Path root =
        Files.createTempDirectory(temporary, PREFIX + ProcessHandle.current().pid() + "-")
            .toRealPath();
    Path node = root.resolve("node");
    Files.createDirectory(root.resolve("tmp"));
    Files.createSymbolicLink(root.resolve("package"), installation.playwrightCore());
    Files.writeString(node, launcher(installation.node(), root.resolve("tmp")));
    Files.setPosixFilePermissions(node, PosixFilePermissions.fromString("rwx------"));
    System.setProperty("playwright.cli.dir", root.toString());
    return new DriverDirectory(root);
  }

  /**
   * Playwright hands the service's whole environment to its driver, so that the driver is started
   * through a program that drops it. The driver keeps this program's process id. As root, Chromium
   * would put itself in front of everybody (nice -8): it is started without that right.
   */
  private static String launcher(Path node, Path temporary) {
    return """
    #!/bin/sh
    tmp=%s/$$
    mkdir "$tmp" || exit 1
    modest=
    if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
      modest="setpriv --bounding-set -sys_nice"
    fi
    exec $modest nice -n 5 env -i PATH="$PATH" HOME="$HOME" LANG="${LANG:-C.UTF-8}" TMPDIR="$tmp" PW_LANG_NAME=java \
    %s "$@"
    """
        .formatted(quoted(temporary), quoted(node));
  }

  /**
   * A program that starts this browser behind the service, not beside it: whoever asks the API does
   * not wait for a page to be painted. The driver gives the browser a session of its own, and where
   * Linux shares the processor out by sessions (autogroup, see sched(7)), the niceness of a process
   * counts only within its session; the session's own is set beside it.
   */
  Path modest(Path chromium) {
    Path program = root.resolve("browser-" + Integer.toHexString(chromium.hashCode()));
    try {
      if (!Files.exists(program)) {
        Path fresh = Files.createTempFile(root, "browser", "");
        Files.writeString(
            fresh,
            """
            #!/bin/sh
            { echo 19 >/proc/$$/autogroup; } 2>/dev/null
            exec nice -n 10 %s "$@"
            """
                .formatted(quoted(chromium)));
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwx------"));
        Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
      }
      return program;
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static String quoted(Path path) {
    return "'" + path.toString().replace("'", "'\\''") + "'";
  }

  /** Starts a driver. One at a time, so that its process is known among the children. */
  synchronized Driver start() {
    Playwright playwright = create();
    known.removeIf(process -> !process.isAlive());
    ProcessHandle process =
        unknown()
            .findFirst()
            .orElseThrow(() -> new PlaywrightException("the driver ended at once"));
    known.add(process);
    return new Driver(playwright, process);
  }

  /** Where that fails, or is interrupted as nobody wants it any more, no process stays behind. */
  private Playwright create() {
    boolean good = false;
    try {
      Playwright playwright = Playwright.create();
      good = true;
      return playwright;
    } finally {
      if (!good) {
        unknown().toList().forEach(this::end);
      }
    }
  }

  /** Ends a driver with its browser at once, and removes what they kept on the disk. */
  void end(ProcessHandle driver) {
    List<ProcessHandle> below;
    try (Stream<ProcessHandle> descendants = driver.descendants()) {
      below = descendants.toList();
    }
    Processes.kill(driver);
    below.forEach(ProcessHandle::destroyForcibly);
    Path kept = root.resolve("tmp").resolve(Long.toString(driver.pid()));
    Thread.ofVirtual()
        .name("browser-leftovers")
        .start(
            () -> {
              below.forEach(process -> process.onExit().join());
              driver.onExit().join();
              Trees.deleteQuietly(kept);
            });
  }

  private Stream<ProcessHandle> unknown() {
    return ProcessHandle.current()
        .children()
        .filter(process -> !known.contains(process))
        .filter(this::isDriver);
  }

  private boolean isDriver(ProcessHandle process) {
    Optional<String[]> arguments = process.info().arguments();
    return arguments.isPresent()
        && Arrays.stream(arguments.get()).anyMatch(word -> word.startsWith(root.toString()));
  }

  private static void removeLeftovers(Path temporary) throws IOException {
    try (Stream<Path> candidates = Files.list(temporary)) {
      candidates
          .filter(path -> path.getFileName().toString().startsWith(PREFIX))
          .filter(DriverDirectory::ownerIsGone)
          .filter(Files::isWritable)
          .forEach(Trees::deleteQuietly);
    }
  }

  private static boolean ownerIsGone(Path directory) {
    String pid = directory.getFileName().toString().substring(PREFIX.length()).split("-", 2)[0];
    return pid.matches("[0-9]{1,9}") && ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }
}

package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.Processes;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes the command that runs a dynamic site: Node.js with limits, inside bubblewrap where it works
 * on this machine. What works is found out once. Methods block.
 */
final class Sandbox {
  private static final Logger LOG = Logger.getLogger(Sandbox.class);
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(10);

  /** V8's heap is the larger part of a site's memory; buffers and code have the rest. */
  private static final double HEAP_SHARE = 0.65;

  /**
   * Stacks of Node's threads count as data for the kernel, though hardly any of it is ever used.
   */
  private static final long STACKS = 128L << 20;

  private static final long LARGEST_FILE = 256L << 20;
  private static final int PROCESSES = 512;
  private static final int OPEN_FILES = 1024;

  private final Settings.Sites settings;
  private final Object probing = new Object();
  private volatile @Nullable Means means;

  Sandbox(Settings.Sites settings) {
    this.settings = settings;
  }

  /** What this machine offers; none of it is a must but with {@code Sandbox.REQUIRED}. */
  private record Means(
      Optional<List<String>> walls, Optional<Path> parentDeath, Optional<Path> limits) {}

  /** Whether sites are shut in by bubblewrap. */
  @CheckReturnValue
  boolean walled() throws IOException, InterruptedException {
    return means().walls().isPresent();
  }

  /**
   * @throws StepFailure where Node.js is missing, or bubblewrap is and the settings require it
   */
  List<String> command(Launch launch) throws IOException, InterruptedException {
    Path node = Programs.find(settings.node()).orElseThrow(this::nodeMissing);
    Means has = means();
    List<String> command = new ArrayList<>();
    if (has.walls().isPresent()) {
      command.addAll(has.walls().get());
      command.addAll(Bubblewrap.doors(launch, node));
      command.add("--");
    } else {
      if (settings.sandbox() == Settings.Sandbox.REQUIRED) {
        throw bubblewrapMissing();
      }
      has.parentDeath()
          .ifPresent(
              setpriv ->
                  command.addAll(
                      List.of(setpriv.toString(), "--pdeathsig", "KILL", "--no-new-privs", "--")));
    }
    has.limits().ifPresent(prlimit -> command.addAll(limits(prlimit, has.walls().isPresent())));
    command.addAll(
        List.of(
            node.toRealPath().toString(),
            "--max-old-space-size=" + (long) (settings.processMemory() * HEAP_SHARE) / (1 << 20),
            "server.mjs"));
    return command;
  }

  private List<String> limits(Path prlimit, boolean walled) {
    List<String> limits = new ArrayList<>();
    limits.addAll(
        List.of(
            prlimit.toString(),
            "--data=" + (settings.processMemory() + STACKS),
            "--nofile=" + OPEN_FILES,
            "--fsize=" + LARGEST_FILE,
            "--core=0"));
    if (walled) { // outside, all processes of the service's own user would count
      limits.add("--nproc=" + PROCESSES);
    }
    limits.add("--");
    return limits;
  }

  private Means means() throws IOException, InterruptedException {
    Means known = means;
    if (known == null) {
      synchronized (probing) {
        known = means;
        if (known == null) {
          known = probe();
          means = known;
        }
      }
    }
    return known;
  }

  private Means probe() throws IOException, InterruptedException {
    Optional<List<String>> walls = Optional.empty();
    if (settings.sandbox() != Settings.Sandbox.OFF) {
      Optional<Path> bubblewrap = Programs.find("bwrap");
      if (bubblewrap.isPresent()) {
        walls = Optional.of(Bubblewrap.walls(bubblewrap.get())).filter(Sandbox::works);
      }
      if (walls.isEmpty()) {
        LOG.warn("bubblewrap does not work here: dynamic sites run without walls around them");
      }
    }
    return new Means(walls, Programs.find("setpriv"), Programs.find("prlimit"));
  }

  private static boolean works(List<String> walls) {
    List<String> command = new ArrayList<>(walls);
    command.addAll(List.of("--", "true"));
    try {
      return Processes.runBlocking(
              Processes.Command.of(Path.of("/"), PROBE_DEADLINE, command.toArray(String[]::new)))
          .ok();
    } catch (IOException | TimeoutException broken) {
      LOG.warnf("bubblewrap cannot be used: %s", broken.getMessage());
      return false;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private StepFailure nodeMissing() {
    return StepFailure.permanent(
        "activate",
        "node_missing",
        "Node.js, which runs dynamic sites, was not found as “" + settings.node() + "”.",
        "Install Node.js 20 or newer, or set TMUXBUILDER_SITES_NODE to its path.");
  }

  private static StepFailure bubblewrapMissing() {
    return StepFailure.permanent(
        "activate",
        "sandbox_missing",
        "Dynamic sites must be shut in here, and bubblewrap does not work on this machine.",
        "Install bubblewrap and allow user namespaces, or set TMUXBUILDER_SITES_SANDBOX=auto.");
  }
}

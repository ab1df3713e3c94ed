package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.StepFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The releases of one dynamic site that have a process here: one that starts, one that serves, and
 * those that end what they began. None is ever lost from sight, so that none outlives its site.
 */
final class SitePrograms {
  private final ProgramRunner runner;
  private final SiteDirectory directory;
  private final Set<Program> all = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Program starting;
  private volatile boolean ended;

  SitePrograms(ProgramRunner runner, SiteDirectory directory) {
    this.runner = runner;
    this.directory = directory;
  }

  /** Whether the release runs with what is set for the site now. Blocks. */
  boolean current(Program program, SiteRecord site) {
    return program.given().isStill(runner.given(site));
  }

  /**
   * Starts a release and waits until it is healthy; where it is not, nothing of it runs. Blocks.
   * One start at a time.
   */
  Program start(SiteRecord site, String sha256) throws IOException, InterruptedException {
    Program program = begin(site, sha256);
    boolean good = false;
    try {
      program.start();
      good = true;
      return program;
    } finally {
      starting = null;
      if (!good) {
        all.remove(program);
      }
    }
  }

  /** Starts a release and waits for its first answer; a bad one is tried again later. Blocks. */
  Program startAnyway(SiteRecord site, String sha256) throws IOException, InterruptedException {
    Program program = begin(site, sha256);
    try {
      program.startAnyway();
      return program;
    } finally {
      starting = null;
    }
  }

  private Program begin(SiteRecord site, String sha256) throws IOException {
    Path release = directory.release(sha256);
    if (!Digests.ofTree(release).equals(sha256)) {
      throw new DamagedReleaseException(sha256);
    }
    Program program = new Program(runner, site, release, sha256, runner.given(site));
    all.add(program);
    starting = program;
    if (ended) {
      all.remove(program);
      throw stopped();
    }
    return program;
  }

  /** How a start ends that somebody else cut off. */
  static StepFailure stopped() {
    return StepFailure.retryable(
        "activate", "site_stopped", "The site was stopped while its server started.", "Try again.");
  }

  /** No new request comes to a release: it ends what it began, and then itself. */
  void retire(Program old) {
    old.retire(runner.settings().drainDeadline(), () -> all.remove(old));
  }

  /** Ends at once what is just being started, and lets nothing start any more. */
  void cutOff() {
    ended = true;
    Program begun = starting;
    if (begun != null) {
      begun.stop(Duration.ZERO);
    }
  }

  /** When this returns, no process of the site runs here. Blocks up to the grace for each. */
  void endAll(Duration grace) {
    cutOff();
    for (Program program : all) {
      program.stop(grace);
      all.remove(program);
    }
  }
}

package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.StepFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One release of a dynamic site, kept running: a process that ends by itself is started again after
 * a pause, until the release is retired.
 */
final class Program {
  private static final Logger LOG = Logger.getLogger(Program.class);

  /** A process that ran for this long was fine: its end is no part of a series of crashes. */
  private static final Duration STEADY = Duration.ofMinutes(1);

  private static final Duration END_GRACE = Duration.ofSeconds(5);
  private static final Duration DRAIN_LOOK = Duration.ofMillis(20);

  private final ProgramRunner runner;
  private final SiteRecord site;
  private final Path release;
  private final String sha256;
  private final Given given;
  private final OutputLog output;
  private final CountDownLatch retired = new CountDownLatch(1);
  private final CompletableFuture<SiteProcess> first = new CompletableFuture<>();
  private final Thread keeper;
  private volatile @Nullable SiteProcess running;
  private volatile long retryAtNanos = System.nanoTime();

  Program(ProgramRunner runner, SiteRecord site, Path release, String sha256, Given given)
      throws IOException {
    this.given = given;
    this.runner = runner;
    this.site = site;
    this.release = release;
    this.sha256 = sha256;
    this.output = OutputLog.next(site.logsDirectory(), given.environment().values());
    this.keeper = Thread.ofVirtual().name("keep " + site.name()).unstarted(this::keepRunning);
  }

  /** What it runs with. */
  Given given() {
    return given;
  }

  String sha256() {
    return sha256;
  }

  /** The process that answers now; empty while it is being started again. Never blocks. */
  Optional<SiteProcess> process() {
    SiteProcess now = running;
    return now != null && now.alive() ? Optional.of(now) : Optional.empty();
  }

  /**
   * Begins a request to the process that answers now, which is followed by {@link
   * SiteProcess#leave}. Empty while there is none, and for good once the release is retired:
   * whoever has looked where a request goes just before then has to look again. Never blocks.
   */
  Optional<SiteProcess> enter() {
    Optional<SiteProcess> now = process();
    now.ifPresent(SiteProcess::enter);
    if (isRetired()) { // in this order, so that a drain sees the request or the request the drain
      now.ifPresent(SiteProcess::leave);
      return Optional.empty();
    }
    return now;
  }

  /** When to ask again, in whole seconds from now, at least one. */
  long retryAfterSeconds() {
    long nanos = retryAtNanos - System.nanoTime();
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos) + 1);
  }

  /** Whether the process answers its health check now. Blocks. */
  boolean healthy() throws InterruptedException {
    Optional<SiteProcess> now = process();
    return now.isPresent() && runner.healthy(now.get(), sha256);
  }

  /**
   * Starts the release and waits for its first good answer. Blocks. Where it fails or is
   * interrupted, nothing of it runs.
   */
  void start() throws IOException, InterruptedException {
    boolean good = false;
    try {
      awaitFirst();
      good = true;
    } finally {
      if (!good) {
        stop(Duration.ZERO);
      }
    }
  }

  /** Starts the release and waits for its first answer; if that is bad, goes on trying. Blocks. */
  void startAnyway() throws IOException, InterruptedException {
    try {
      awaitFirst();
    } catch (StepFailure bad) {
      LOG.warnf("site %s: %s", site.name(), bad.getMessage());
    }
  }

  private void awaitFirst() throws IOException, InterruptedException {
    keeper.start();
    try {
      first.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case StepFailure failure -> throw failure;
        case IOException io -> throw io;
        case null, default -> throw new IllegalStateException(failed.getCause());
      }
    }
  }

  private void keepRunning() {
    Backoff backoff = new Backoff(ThreadLocalRandom.current());
    try {
      while (!isRetired()) {
        long began = System.nanoTime();
        runOnce();
        if (System.nanoTime() - began > STEADY.toNanos()) {
          backoff.reset();
        }
        Duration pause = backoff.next();
        retryAtNanos = System.nanoTime() + pause.toNanos();
        if (retired.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException stopped) {
      LOG.debugf("site %s: stopped while it started", site.name());
    } finally {
      first.completeExceptionally(SitePrograms.stopped());
    }
  }

  /** Starts a process and stays with it until it ends. */
  private void runOnce() throws InterruptedException {
    try {
      SiteProcess process = runner.start(release, sha256, site, given, output);
      running = process;
      if (isRetired()) {
        process.kill();
      }
      first.complete(process);
      int code = process.awaitExit();
      if (!isRetired()) {
        LOG.warnf("site %s: its process ended with exit code %d", site.name(), code);
      }
    } catch (StepFailure | IOException bad) {
      if (!first.completeExceptionally(bad)) {
        LOG.warnf("site %s does not start again: %s", site.name(), bad.getMessage());
      }
    }
  }

  boolean isRetired() {
    return retired.getCount() == 0;
  }

  /**
   * No new request comes: those under way may end in peace, then the process does. Returns at once.
   *
   * @param gone is run when nothing of the release runs any more
   */
  void retire(Duration drain, Runnable gone) {
    Thread.ofVirtual()
        .name("drain " + site.name())
        .start(
            () -> {
              drain(drain);
              stop(END_GRACE);
              gone.run();
            });
  }

  private void drain(Duration limit) {
    retired.countDown();
    long end = System.nanoTime() + limit.toNanos();
    try {
      while (process().map(process -> !process.idle()).orElse(false) && System.nanoTime() < end) {
        Thread.sleep(DRAIN_LOOK);
      }
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the release. When this returns, nothing of it runs. Blocks up to the grace. */
  void stop(Duration grace) {
    retired.countDown();
    SiteProcess now = running;
    if (now != null) {
      now.stop(grace);
    }
    keeper.interrupt(); // it may be waiting for a first good answer
    boolean interrupted = false;
    try {
      keeper.join();
    } catch (InterruptedException hurry) {
      interrupted = true;
    }
    SiteProcess late = running;
    if (late != null) {
      late.stop(Duration.ZERO);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.StepFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * One site as this node serves it. What it serves is read without a lock; it changes under one, so
 * that a slow look at the disk never undoes a newer switch.
 */
final class LiveSite {
  private static final Logger LOG = Logger.getLogger(LiveSite.class);

  /** Other nodes may switch a site on a shared disk: a switch is seen after this time at most. */
  private static final long RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** Above the time after which a site in use is looked at again. */
  private static final long SEEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Before a release of another node that did not start here is tried again. */
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final SiteDirectory directory;
  private final ReleaseReader reader;
  private final SitePrograms programs;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile Serving serving = new Serving.Nothing();
  private volatile boolean loaded;
  private volatile boolean closed;
  private volatile long checkedAt = System.nanoTime();
  private String refused = ""; // guarded by the lock, as are the next two
  private long refusedAt;
  private long followed;

  LiveSite(SiteDirectory directory, ReleaseReader reader, ProgramRunner runner, Executor executor) {
    this.directory = directory;
    this.reader = reader;
    this.programs = new SitePrograms(runner, directory);
    this.executor = executor;
  }

  boolean loaded() {
    return loaded;
  }

  boolean closed() {
    return closed;
  }

  boolean runsProgram() {
    return serving instanceof Serving.Running;
  }

  /**
   * Whether what is served here was compared with the disk a moment ago. While a site is asked for
   * often, it is; the first visitor after a pause must not get what another node has replaced. A
   * dynamic site's process is looked after all the time.
   */
  boolean seenLately() {
    return runsProgram() || System.nanoTime() - checkedAt <= SEEN_NANOS;
  }

  /** Looks at the disk, on another thread. What cannot be read leaves all as it is. */
  CompletableFuture<Void> look() {
    return CompletableFuture.runAsync(
        () -> {
          if (!seenLately()) {
            recheck();
          }
        },
        executor);
  }

  /** What is served now. Never blocks; sees to it that another node's switch is noticed soon. */
  Serving serving() {
    if (System.nanoTime() - checkedAt > RECHECK_NANOS && checking.compareAndSet(false, true)) {
      executor.execute(this::recheck);
    }
    return serving;
  }

  private void recheck() {
    try {
      lock.lockInterruptibly();
      try {
        if (!closed) {
          load();
        }
      } finally {
        lock.unlock();
      }
    } catch (IOException unreadable) { // what was served until now is still good
      LOG.warnf("cannot look at %s: %s", directory.root(), unreadable);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      checkedAt = System.nanoTime();
      checking.set(false);
    }
  }

  /** Reads from the disk what is live, where that was not done before. Blocks. */
  void ensureLoaded() throws IOException, InterruptedException {
    if (loaded) {
      return;
    }
    lock.lockInterruptibly();
    try {
      if (!loaded && !closed) {
        load();
        loaded = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private void load() throws IOException, InterruptedException {
    Optional<SiteRecord> site = directory.record();
    if (site.isEmpty()) { // another node destroyed it
      end(Duration.ZERO);
      return;
    }
    Optional<SiteDirectory.Current> current = directory.current();
    if (current.isEmpty()) {
      return;
    }
    switch (site.get().type()) {
      case STATIC -> serving = pages(current.get());
      case DYNAMIC -> follow(site.get(), current.get());
    }
  }

  private Serving pages(SiteDirectory.Current current) throws IOException {
    HttpDate since = HttpDate.of(current.since());
    if (serving instanceof Serving.Pages pages
        && pages.release().sha256().equals(current.sha256())) {
      return pages.since().equals(since) ? pages : new Serving.Pages(pages.release(), since);
    }
    return new Serving.Pages(reader.read(directory, current.sha256()), since);
  }

  /** Runs the release that the disk says is live; the one before it serves until that is well. */
  private void follow(SiteRecord site, SiteDirectory.Current current)
      throws IOException, InterruptedException {
    String sha256 = current.sha256();
    if (!(serving instanceof Serving.Running before)) {
      followed = current.lease();
      serving = new Serving.Running(programs.startAnyway(site, sha256));
      return;
    }
    boolean refusedLately = sha256.equals(refused) && System.nanoTime() - refusedAt < RETRY_NANOS;
    boolean deployedAgain = current.lease() != followed; // perhaps with another environment
    boolean sameRelease = before.program().sha256().equals(sha256);
    if (refusedLately || (sameRelease && !deployedAgain)) {
      return;
    }
    try {
      if (!sameRelease || !programs.current(before.program(), site)) {
        serving = new Serving.Running(programs.start(site, sha256));
        programs.retire(before.program());
      }
      followed = current.lease();
    } catch (StepFailure unhealthy) {
      refused = sha256;
      refusedAt = System.nanoTime();
      LOG.warnf("site %s: release %s: %s", site.name(), sha256, unhealthy.getMessage());
    }
  }

  /**
   * Makes a release the live one, on the disk and here; requests see it at once. Blocks.
   *
   * @param lease of the owner of the run that wants it
   * @throws StepFailure where a dynamic site's new release does not become healthy; then the one
   *     before it stays live
   */
  void activate(SiteRecord site, String sha256, long lease)
      throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      switch (site.type()) {
        case STATIC -> {
          Release release = reader.read(directory, sha256);
          SiteDirectory.Current current = directory.makeCurrent(sha256, lease);
          serving = new Serving.Pages(release, HttpDate.of(current.since()));
        }
        case DYNAMIC -> activateProgram(site, sha256, lease);
      }
      loaded = true;
    } finally {
      lock.unlock();
    }
  }

  private void activateProgram(SiteRecord site, String sha256, long lease)
      throws IOException, InterruptedException {
    if (serving instanceof Serving.Running same
        && same.program().sha256().equals(sha256)
        && same.program().healthy()
        && programs.current(same.program(), site)) {
      followed = directory.makeCurrent(sha256, lease).lease();
      return;
    }
    Program program = programs.start(site, sha256);
    boolean switched = false;
    try {
      followed = directory.makeCurrent(sha256, lease).lease();
      switched = true;
    } finally {
      if (!switched) {
        program.stop(Duration.ZERO);
      }
    }
    Serving before = serving;
    serving = new Serving.Running(program);
    if (before instanceof Serving.Running(Program old)) {
      programs.retire(old);
    }
  }

  /** Serves nothing from now on, and leaves no process. Blocks up to the grace. */
  void close(Duration grace) {
    closed = true;
    programs.cutOff(); // else a start under way would hold the lock up to its deadline
    lock.lock();
    try {
      end(grace);
    } finally {
      lock.unlock();
    }
  }

  private void end(Duration grace) {
    closed = true;
    serving = new Serving.Nothing();
    programs.endAll(grace);
  }
}

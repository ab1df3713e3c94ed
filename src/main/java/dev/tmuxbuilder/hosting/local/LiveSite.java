package dev.tmuxbuilder.hosting.local;

import java.io.IOException;
import java.util.Optional;
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

  private final SiteDirectory directory;
  private final ReleaseReader reader;
  private final Executor executor;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean checking = new AtomicBoolean();
  private volatile Serving serving = new Serving.Nothing();
  private volatile long checkedAt = System.nanoTime();

  LiveSite(SiteDirectory directory, ReleaseReader reader, Executor executor) {
    this.directory = directory;
    this.reader = reader;
    this.executor = executor;
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
      refresh();
    } catch (IOException unreadable) { // what was served until now is still good
      LOG.warnf("cannot look at %s: %s", directory.root(), unreadable);
    } finally {
      checkedAt = System.nanoTime();
      checking.set(false);
    }
  }

  /** Serves what the disk says. Blocks. */
  Serving refresh() throws IOException {
    lock.lock();
    try {
      serving = load(directory.current());
      return serving;
    } finally {
      lock.unlock();
    }
  }

  /** Makes a release the live one, on the disk and here; requests see it at once. Blocks. */
  void activate(String sha256) throws IOException {
    lock.lock();
    try {
      Release release = reader.read(directory, sha256);
      SiteDirectory.Current current = directory.makeCurrent(sha256);
      serving = new Serving.Pages(release, HttpDate.of(current.since()));
    } finally {
      lock.unlock();
    }
  }

  private Serving load(Optional<SiteDirectory.Current> current) throws IOException {
    if (current.isEmpty()) {
      return new Serving.Nothing();
    }
    HttpDate since = HttpDate.of(current.get().since());
    if (serving instanceof Serving.Pages pages
        && pages.release().sha256().equals(current.get().sha256())) {
      return pages.since().equals(since) ? pages : new Serving.Pages(pages.release(), since);
    }
    return new Serving.Pages(reader.read(directory, current.get().sha256()), since);
  }
}

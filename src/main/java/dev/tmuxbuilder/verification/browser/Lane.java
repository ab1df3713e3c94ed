package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.PlaywrightException;
import dev.tmuxbuilder.execution.StepFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One browser, its driver, and the one platform thread that may talk to them: Playwright's objects
 * belong to the thread that made them. {@link #execute}, {@link #kill} and {@link #retire} may be
 * called from any thread, everything else only on the lane's own.
 */
final class Lane implements Chromium {
  /** Driver and browser start within 1 s on a slow machine that is idle. */
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  /** A browser that is well makes a context within 50 ms. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

  private static final List<String> FLAGS =
      List.of(
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--dns-prefetch-disable",
          "--force-color-profile=srgb");

  private final Installation installation;
  private final DriverDirectory directory;
  private final ScheduledExecutorService watchdog;
  private final ExecutorService thread;
  private volatile boolean retired;
  private volatile @Nullable ProcessHandle driver;
  private @Nullable Browser browser;
  private int uses;

  Lane(
      int number,
      Installation installation,
      DriverDirectory directory,
      ScheduledExecutorService watchdog) {
    this.installation = installation;
    this.directory = directory;
    this.watchdog = watchdog;
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("browser-" + number).factory());
  }

  void execute(Runnable work) {
    thread.execute(work);
  }

  /** How often the present browser was used. */
  int uses() {
    return uses;
  }

  /** Makes sure that there is a browser that answers. */
  void prepare() {
    uses++;
    if (browser != null && !answers(browser)) {
      kill();
      browser = null;
    }
    if (browser == null) {
      start();
    }
  }

  private boolean answers(Browser candidate) {
    try {
      within(ANSWER_LIMIT, "a new window", () -> candidate.newContext()).close();
      return true;
    } catch (PlaywrightException dead) {
      return false;
    }
  }

  private void start() {
    if (retired) {
      throw new PlaywrightException("the browser was stopped");
    }
    uses = 1;
    DriverDirectory.Driver started = directory.start();
    driver = started.process();
    if (retired) {
      kill();
    }
    browser = within(START_LIMIT, "the start of the browser", () -> launch(started.playwright()));
  }

  private Browser launch(Playwright started) {
    if (Root.isRoot()) {
      return started.chromium().launch(options(false));
    }
    try {
      return started.chromium().launch(options(true));
    } catch (PlaywrightException noSandbox) { // unprivileged user namespaces may be off
      return started.chromium().launch(options(false));
    }
  }

  private BrowserType.LaunchOptions options(boolean sandbox) {
    return new BrowserType.LaunchOptions()
        .setExecutablePath(directory.modest(installation.chromium()))
        .setHeadless(true)
        .setChromiumSandbox(sandbox)
        .setHandleSIGINT(false)
        .setHandleSIGTERM(false)
        .setHandleSIGHUP(false)
        .setTimeout(START_LIMIT.toMillis())
        .setArgs(FLAGS);
  }

  @Override
  public BrowserContext context(Browser.NewContextOptions options) {
    Browser running = browser;
    if (running == null) {
      throw new PlaywrightException("the browser is not running");
    }
    return within(ANSWER_LIMIT, "a new window", () -> running.newContext(options));
  }

  @Override
  public void restart() {
    kill();
    browser = null;
    start();
  }

  /** Fails where the pool has been closed in the middle of the work. */
  private ScheduledFuture<?> alarm(Duration limit, Runnable ring) {
    try {
      return watchdog.schedule(ring, limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      throw BrowserPool.shuttingDown().causedBy(closed);
    }
  }

  @Override
  public <T> T within(Duration limit, String what, Supplier<T> call) {
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> alarm =
        alarm(
            limit,
            () -> {
              late.set(true);
              kill();
            });
    try {
      return call.get();
    } catch (PlaywrightException failure) {
      if (late.get()) {
        throw new BrowserHung(what, limit, failure);
      }
      throw failure;
    } finally {
      alarm.cancel(false);
    }
  }

  /** Closes what the last work left open; false where the browser does not answer any more. */
  boolean tidy() {
    Browser running = browser;
    if (running == null || !running.isConnected()) {
      return false;
    }
    try {
      within(
          ANSWER_LIMIT,
          "closing windows",
          () -> {
            List.copyOf(running.contexts()).forEach(BrowserContext::close);
            return true;
          });
      return true;
    } catch (PlaywrightException dead) {
      return false;
    } catch (StepFailure closed) { // whoever used it must hear of it all the same
      return false;
    }
  }

  /** Ends driver and browser at once; a call in flight fails. */
  void kill() {
    ProcessHandle running = driver;
    if (running != null) {
      directory.end(running);
    }
  }

  /** Ends processes and thread for good. */
  void retire() {
    retired = true;
    kill();
    thread.shutdownNow();
  }
}

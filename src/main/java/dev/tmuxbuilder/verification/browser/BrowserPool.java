package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.PlaywrightException;
import dev.tmuxbuilder.execution.Permits;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The browsers of this service: started when they are first needed, kept, and lent to one step at a
 * time, in the order in which the steps asked. A browser that died, hung or has served long enough
 * is replaced. Thread-safe; nothing here blocks its caller.
 */
@ApplicationScoped
public class BrowserPool {
  /** Chromium's memory grows with use; a fresh one costs half a second. */
  private static final int USES_OF_A_BROWSER = 100;

  private final Settings.Browser settings;
  private final ScheduledExecutorService watchdog =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("browser-watchdog").factory());
  private final Object lock = new Object();
  private final Permits permits;
  private final Deque<Lane> idle = new ArrayDeque<>();
  private final Set<Lane> lanes = new HashSet<>();
  private @Nullable Installation installation;
  private @Nullable String axe;
  private int started;
  private boolean closed;

  @Inject
  public BrowserPool(Settings settings) {
    this(settings.browser());
  }

  BrowserPool(Settings.Browser settings) {
    this.settings = settings;
    this.permits = new Permits("browser", settings.pool());
  }

  /**
   * What keeps browsers from starting on this machine, in words for its operator, with the way out.
   * Looks at the disk only; cheap enough for a readiness check.
   */
  public Optional<String> problem() {
    return Installation.missing(settings).map(Installation.Missing::toString);
  }

  /**
   * Lends a browser to {@code work}, on the browser's own thread. Cancelling gives up the place in
   * the queue, or kills the browser in the middle of the work. The item is emitted from a virtual
   * thread.
   *
   * @param deadline for the work itself, without the time of waiting for a browser
   * @param progress hears how many wait before it
   * @return fails with {@code browser_missing}, {@code browser_died}, {@code browser_deadline} or
   *     {@code shutting_down}, or with whatever {@code StepFailure} the work throws
   */
  @CheckReturnValue
  <T> Uni<T> use(
      String what,
      Duration deadline,
      Progress progress,
      Function<? super Chromium, ? extends T> work) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              Permits.Turn turn = permits.enter(progress);
              Job<T> job = new Job<>(what, deadline, work, emitter, turn);
              emitter.onTermination(job::abandon);
              turn.come().subscribe().with(ignored -> start(job));
            });
  }

  /** The programs in use. Looks for them at the first call. */
  private Installation installation() {
    synchronized (lock) {
      if (installation == null) {
        installation = Installation.find(settings);
      }
      return installation;
    }
  }

  /** The source of axe-core. Reads it at the first call. */
  String axe() {
    synchronized (lock) {
      if (axe == null) {
        axe = installation().axeSource();
      }
      return axe;
    }
  }

  private void start(Job<?> job) {
    synchronized (lock) {
      if (closed) {
        job.endLater(shuttingDown());
        return;
      }
      try {
        job.start(() -> idle.isEmpty() ? newLane() : idle.removeLast());
      } catch (RuntimeException missing) { // a StepFailure as a rule
        job.endLater(missing);
      }
    }
  }

  /** As there are no more turns than browsers, none is made beyond their number. */
  private Lane newLane() {
    Installation found = installation();
    Lane lane = new Lane(++started, found, DriverDirectory.shared(found), watchdog);
    lanes.add(lane);
    return lane;
  }

  private void giveBack(Lane lane) {
    synchronized (lock) {
      if (lanes.contains(lane)) {
        idle.addLast(lane);
      }
    }
  }

  private void discard(Lane lane) {
    lane.retire();
    synchronized (lock) {
      lanes.remove(lane);
      idle.remove(lane);
    }
  }

  /** Browsers work for as long as runs do: what they start from goes after them. */
  @PreDestroy
  void endWithTheService() {
    close();
    DriverDirectory.remove();
  }

  /** Ends every browser, and with it whoever uses one; whose turn comes then is refused. */
  public void close() {
    List<Lane> ended;
    synchronized (lock) {
      closed = true;
      ended = List.copyOf(lanes);
      idle.clear();
      lanes.clear();
    }
    ended.forEach(Lane::retire);
    watchdog.shutdownNow();
  }

  private boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  static StepFailure shuttingDown() {
    return StepFailure.retryable(
        "browser", "shutting_down", "The service is stopping.", "The run goes on after its start.");
  }

  private enum State {
    WAITING,
    RUNNING,
    ENDED
  }

  /** One step's turn with a browser. */
  private final class Job<T> {
    private final String what;
    private final Duration deadline;
    private final Function<? super Chromium, ? extends T> work;
    private final UniEmitter<? super T> emitter;
    private final Permits.Turn turn;
    private State state = State.WAITING;
    private @Nullable Lane lane;
    private @Nullable ScheduledFuture<?> alarm;

    Job(
        String what,
        Duration deadline,
        Function<? super Chromium, ? extends T> work,
        UniEmitter<? super T> emitter,
        Permits.Turn turn) {
      this.what = what;
      this.deadline = deadline;
      this.work = work;
      this.emitter = emitter;
      this.turn = turn;
    }

    /** Only under the pool's lock. Does nothing where nobody wants it any more. */
    void start(Supplier<Lane> lanes) {
      if (state != State.WAITING) {
        return;
      }
      Lane given = lanes.get();
      state = State.RUNNING;
      lane = given;
      alarm = watchdog.schedule(this::expire, deadline.toMillis(), TimeUnit.MILLISECONDS);
      given.execute(() -> run(given));
    }

    private void run(Lane given) {
      try {
        given.prepare();
        T item = work.apply(given);
        succeed(given, item);
      } catch (StepFailure known) {
        fail(given, known);
      } catch (PlaywrightException died) {
        fail(given, died(died));
      } catch (Throwable fault) { // whatever it is, the subscriber hears it
        fail(given, isClosed() ? shuttingDown().causedBy(fault) : fault);
      }
    }

    private StepFailure died(PlaywrightException cause) {
      return StepFailure.retryable(
              "browser",
              "browser_died",
              "The browser ended during " + what + ": " + Words.firstLine(cause),
              "It is tried again with a new browser.")
          .causedBy(cause);
    }

    private void succeed(Lane given, T item) {
      if (leave()) {
        recycle(given);
        Thread.ofVirtual().name(what).start(() -> emitter.complete(item));
      }
    }

    private void fail(Lane given, Throwable failure) {
      if (leave()) {
        recycle(given);
        endLater(failure);
      }
    }

    private void recycle(Lane given) {
      try {
        if (given.uses() < USES_OF_A_BROWSER && given.tidy()) {
          giveBack(given);
        } else {
          discard(given);
        }
      } finally {
        turn.end();
      }
    }

    private void expire() {
      if (leave()) {
        drop();
        endLater(
            StepFailure.retryable(
                "browser",
                "browser_deadline",
                "The browser was not done with " + what + " after " + deadline.toSeconds() + " s.",
                "Look for a page that never finishes loading."));
      }
    }

    /** The subscriber is gone, or has its result. */
    void abandon() {
      boolean waited;
      synchronized (lock) {
        waited = state == State.WAITING;
        if (waited) {
          state = State.ENDED;
        }
      }
      if (waited) {
        turn.end();
      } else if (leave()) { // else whoever ends the work ends the turn, when the browser is free
        drop();
      }
    }

    private void drop() {
      Lane mine;
      synchronized (lock) {
        mine = lane;
      }
      try {
        if (mine != null) {
          discard(mine);
        }
      } finally {
        turn.end();
      }
    }

    /** True for the one who ends the work. */
    private boolean leave() {
      synchronized (lock) {
        if (state != State.RUNNING) {
          return false;
        }
        state = State.ENDED;
        if (alarm != null) {
          alarm.cancel(false);
        }
        return true;
      }
    }

    void endLater(Throwable failure) {
      Thread.ofVirtual().name(what).start(() -> emitter.fail(failure));
    }
  }
}

package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * So many pieces of one kind of work at a time on this node. Who comes later waits in line, is told
 * at once and every few seconds how many are before it, and may leave it by cancelling. Safe for
 * use by many threads; nothing blocks.
 */
public final class Permits {
  private static final Duration TELL_AGAIN = Duration.ofSeconds(15);

  private final String what;
  private final int most;
  private final Duration tellAgain;
  private final Deque<Turn> line = new ArrayDeque<>();
  private int inUse;

  /**
   * @param what the stage that is limited: {@code upload}
   * @param most at a time, at least one
   */
  public Permits(String what, int most) {
    this(what, most, TELL_AGAIN);
  }

  Permits(String what, int most, Duration tellAgain) {
    this.what = what;
    this.most = most;
    this.tellAgain = tellAgain;
  }

  /** Somebody's place in the line, and then the permit. */
  public final class Turn {
    private final Progress progress;
    private final CompletableFuture<Void> mine = new CompletableFuture<>();
    private final AtomicReference<@Nullable Cancellable> telling = new AtomicReference<>();
    private boolean has;
    private boolean ended;

    private Turn(Progress progress) {
      this.progress = progress;
    }

    /** Done when it is its turn, and never where it was ended before. */
    public Uni<Void> come() {
      return Uni.createFrom().completionStage(mine);
    }

    /** Gives back the permit, or the place in the line; again does nothing. */
    public void end() {
      Turn next = null;
      synchronized (Permits.this) {
        if (ended) {
          return;
        }
        ended = true;
        if (has) {
          next = line.poll();
          if (next == null) {
            inUse--;
          } else {
            next.has = true;
          }
        } else {
          line.remove(this);
        }
      }
      tellNoMore();
      if (next != null) {
        next.tellNoMore();
        next.mine.complete(null);
      }
    }

    private void keepTelling() {
      tell();
      telling.set(
          Multi.createFrom()
              .ticks()
              .startingAfter(tellAgain)
              .every(tellAgain)
              .onOverflow()
              .drop()
              .subscribe()
              .with(tick -> tell(), journalBroken -> {}));
      if (!waits()) { // any more
        tellNoMore();
      }
    }

    private void tellNoMore() {
      Cancellable none = telling.getAndSet(null);
      if (none != null) {
        none.cancel();
      }
    }

    private boolean waits() {
      synchronized (Permits.this) {
        return !has && !ended;
      }
    }

    private void tell() {
      synchronized (Permits.this) { // so that nothing of it is told when its turn has come
        if (!waits()) {
          return;
        }
        long before = line.stream().takeWhile(one -> one != this).count();
        progress.info(
            what,
            "Waits for its turn: this server does %d of these at a time, %d wait before it"
                .formatted(most, before),
            Map.of("at_a_time", most, "before", before));
      }
    }
  }

  /** A place in the line, which has to be given back in the end. */
  public Turn enter(Progress progress) {
    Turn turn = new Turn(progress);
    synchronized (this) {
      if (inUse < most) {
        inUse++;
        turn.has = true;
      } else {
        line.add(turn);
      }
    }
    if (turn.waits()) {
      turn.keepTelling();
    } else {
      turn.mine.complete(null);
    }
    return turn;
  }

  /** Does the work when it is its turn. */
  <T> Uni<T> use(Progress progress, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Turn turn = enter(progress);
              return turn.come().chain(work::get).onTermination().invoke(turn::end);
            });
  }
}

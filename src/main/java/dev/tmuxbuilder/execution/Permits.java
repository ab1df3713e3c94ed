package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * So many pieces of one kind of work at a time on this node. Who comes later waits in line, is told
 * so, and may leave it by cancelling. Safe for use by many threads; nothing blocks.
 */
final class Permits {
  private final String what;
  private final int most;
  private final Deque<Turn> line = new ArrayDeque<>();
  private int inUse;

  Permits(String what, int most) {
    this.what = what;
    this.most = most;
  }

  /** Somebody's place in the line, and then the permit. */
  private final class Turn {
    private final CompletableFuture<Void> mine = new CompletableFuture<>();
    private boolean has;
    private boolean ended;

    /** Gives back the permit, or the place in the line; again does nothing. */
    void end() {
      Turn next = null;
      synchronized (Permits.this) {
        if (ended) {
          return;
        }
        ended = true;
        if (!has) {
          line.remove(this);
          return;
        }
        next = line.poll();
        if (next == null) {
          inUse--;
        } else {
          next.has = true;
        }
      }
      if (next != null) {
        next.mine.complete(null);
      }
    }
  }

  /** Does the work when it is its turn. */
  <T> Uni<T> use(Progress progress, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Turn turn = enter(progress);
              return Uni.createFrom()
                  .completionStage(turn.mine)
                  .chain(work::get)
                  .onTermination()
                  .invoke(turn::end);
            });
  }

  private Turn enter(Progress progress) {
    Turn turn = new Turn();
    int before;
    synchronized (this) {
      if (inUse < most) {
        inUse++;
        turn.has = true;
        turn.mine.complete(null);
        return turn;
      }
      before = line.size();
      line.add(turn);
    }
    progress.info(
        what,
        "Waits for its turn: this server does %d of these at a time, %d wait before it"
            .formatted(most, before),
        Map.of("at_a_time", most, "before", before));
    return turn;
  }
}

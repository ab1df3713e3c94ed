package dev.tmuxbuilder.stream;

import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Snapshot;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * The newest events of one execution while somebody watches it: read once for all watchers, kept in
 * a bounded ring. Safe for use by many threads.
 */
final class Topic {
  private static final System.Logger LOG = System.getLogger(Topic.class.getName());

  private final int capacity;
  private final LongFunction<Uni<Optional<Snapshot>>> read;
  private final Deque<Event> ring = new ArrayDeque<>();
  private final Set<UniEmitter<? super Boolean>> waiting = new LinkedHashSet<>();
  private int watchers;
  private long newest;
  private boolean reading;
  private boolean again;
  private boolean loaded;
  private boolean failed;
  private Optional<Snapshot> state = Optional.empty();

  /**
   * @param start the number of the last event that no watcher needs from memory
   * @param read a snapshot with the events after a number
   */
  Topic(int capacity, long start, LongFunction<Uni<Optional<Snapshot>>> read) {
    this.capacity = capacity;
    this.newest = start;
    this.read = read;
  }

  synchronized void join() {
    watchers++;
  }

  /** Whether nobody watches any more. */
  synchronized boolean leave() {
    return --watchers == 0;
  }

  /** What a watcher who has seen everything up to a number does next. */
  sealed interface Next {
    /** These come next. */
    record Events(List<Event> events) implements Next {}

    /** What comes next is not in memory any more. */
    record Behind() implements Next {}

    /** Nothing follows before somebody asks for something. */
    record AtRest(Snapshot state) implements Next {}

    /** Nothing yet. */
    record Wait() implements Next {}
  }

  synchronized Next after(long seen) {
    if (!loaded) {
      return new Next.Wait();
    }
    long oldest = ring.isEmpty() ? newest + 1 : ring.getFirst().seq();
    if (seen + 1 < oldest) {
      return new Next.Behind();
    }
    if (seen < newest) {
      return new Next.Events(ring.stream().filter(event -> event.seq() > seen).toList());
    }
    if (!reading && state.filter(Snapshot::atRest).isPresent()) {
      return new Next.AtRest(state.get());
    }
    return new Next.Wait();
  }

  /**
   * True when there may be something new, false at a heartbeat.
   *
   * @param patient whether to wait even while the execution is at rest
   */
  Uni<Boolean> news(long seen, boolean patient) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              synchronized (this) {
                boolean waits =
                    switch (after(seen)) {
                      case Next.Wait ignored -> true;
                      case Next.AtRest ignored -> patient;
                      case Next.Events ignored -> false;
                      case Next.Behind ignored -> false;
                    };
                if (!waits) {
                  emitter.complete(true);
                  return;
                }
                waiting.add(emitter);
              }
              emitter.onTermination(() -> forget(emitter));
            });
  }

  private synchronized void forget(UniEmitter<? super Boolean> emitter) {
    waiting.remove(emitter);
  }

  void heartbeat() {
    boolean retry;
    synchronized (this) {
      retry = failed;
    }
    if (retry) {
      grown(0);
    }
    wake(false);
  }

  private void wake(boolean news) {
    List<UniEmitter<? super Boolean>> all;
    synchronized (this) {
      all = new ArrayList<>(waiting);
      waiting.clear();
    }
    all.forEach(emitter -> emitter.complete(news));
  }

  /** The journal has grown, or may have. */
  void grown(long lastSeq) {
    synchronized (this) {
      if (lastSeq <= newest && lastSeq != 0) {
        return;
      }
      if (reading) {
        again = true;
        return;
      }
      reading = true;
    }
    readOn();
  }

  private void readOn() {
    long from;
    synchronized (this) {
      again = false;
      from = newest;
    }
    read.apply(from)
        .subscribe()
        .with(
            this::arrived,
            failure -> {
              LOG.log(System.Logger.Level.DEBUG, "the journal could not be read", failure);
              synchronized (this) {
                reading = false; // the next word or heartbeat reads again
                failed = true;
              }
            });
  }

  private void arrived(Optional<Snapshot> snapshot) {
    boolean more;
    synchronized (this) {
      snapshot.ifPresent(
          found -> {
            if (!loaded) { // a watcher may name a number that has not been reached
              newest = Math.min(newest, found.lastSeq());
            }
            for (Event event : found.logs()) {
              if (event.seq() == newest + 1) {
                ring.addLast(event);
                newest = event.seq();
                if (ring.size() > capacity) {
                  ring.removeFirst();
                }
              }
            }
            state = Optional.of(found).filter(now -> now.lastSeq() == newest);
          });
      loaded = true;
      failed = false;
      more = again || snapshot.filter(found -> found.lastSeq() > newest).isPresent();
      reading = more;
    }
    wake(true);
    if (more) {
      readOn();
    }
  }
}

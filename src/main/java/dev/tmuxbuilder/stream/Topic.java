package dev.tmuxbuilder.stream;

import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.stream.Frames.Frame;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * The newest events of one execution while somebody watches it: read and written out once for all
 * watchers, kept in a ring that is bounded by their number and by their bytes. Safe for use by many
 * threads.
 */
final class Topic {
  private static final System.Logger LOG = System.getLogger(Topic.class.getName());
  private static final int MOST_BYTES = 256 * 1024;

  private final int capacity;
  private final LongFunction<Uni<Optional<Snapshot>>> read;
  private final Deque<Frame> ring = new ArrayDeque<>();
  private final Set<Subscriber> waiting = new LinkedHashSet<>();
  private int subscribers;
  private int bytes;
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
    subscribers++;
  }

  /** Whether nobody watches any more. */
  synchronized boolean leave(Subscriber subscriber) {
    waiting.remove(subscriber);
    return --subscribers == 0;
  }

  /** Whether the execution is known to exist. */
  synchronized boolean loaded() {
    return loaded;
  }

  /** What a watcher who has seen everything up to a number does next. */
  sealed interface Next {
    /** These come next. */
    record Events(List<Frame> frames) implements Next {}

    /** What comes next is not in memory any more; from this number on, all is. */
    record Behind(long oldest) implements Next {}

    /** Nothing follows before somebody asks for something. */
    record Over(Buffer end) implements Next {}

    /** Nothing yet: the watcher is woken when that changes. */
    record Wait() implements Next {}
  }

  /**
   * @param patient whether to wait even while the execution is at rest
   */
  synchronized Next next(Subscriber subscriber, long seen, boolean patient) {
    if (loaded) {
      long oldest = ring.isEmpty() ? newest + 1 : ring.getFirst().seq();
      if (seen + 1 < oldest) {
        return new Next.Behind(oldest);
      }
      if (seen < newest) {
        return new Next.Events(after(seen));
      }
      if (!patient && !reading && state.filter(Snapshot::atRest).isPresent()) {
        return new Next.Over(Frames.end(state.get()));
      }
    }
    waiting.add(subscriber);
    return new Next.Wait();
  }

  private List<Frame> after(long seen) {
    return seen + 1 == newest
        ? List.of(ring.getLast())
        : ring.stream().filter(frame -> frame.seq() > seen).toList();
  }

  /** A sign of life for those who wait and whose turn it is; another try where a read failed. */
  void heartbeat(int slot) {
    List<Subscriber> due;
    boolean retry;
    synchronized (this) {
      due = waiting.stream().filter(subscriber -> subscriber.slot() == slot).toList();
      retry = failed;
    }
    due.forEach(Subscriber::heartbeat);
    if (retry) {
      grown(0);
    }
  }

  private void wake() {
    List<Subscriber> all;
    synchronized (this) {
      all = new ArrayList<>(waiting);
      waiting.clear();
    }
    all.forEach(Subscriber::wake);
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
      snapshot.ifPresent(this::take);
      loaded = true;
      failed = false;
      more = again || snapshot.filter(found -> found.lastSeq() > newest).isPresent();
      reading = more;
    }
    wake();
    if (more) {
      readOn();
    }
  }

  private void take(Snapshot found) {
    if (!loaded) { // a watcher may name a number that has not been reached
      newest = Math.min(newest, found.lastSeq());
    }
    if (found.lastSeq() - newest > capacity) {
      // What does not fit is read by those who want it.
      ring.clear();
      bytes = 0;
      newest = found.lastSeq() - capacity;
    }
    for (Event event : found.logs()) {
      if (event.seq() > newest) { // not the one after it, where those between were removed
        add(Frames.of(event));
      }
    }
    state = Optional.of(found).filter(now -> now.lastSeq() == newest);
  }

  private void add(Frame frame) {
    ring.addLast(frame);
    newest = frame.seq();
    bytes += frame.size();
    while (ring.size() > capacity || (bytes > MOST_BYTES && ring.size() > 1)) {
      bytes -= ring.removeFirst().size();
    }
  }
}

package dev.tmuxbuilder.stream;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Lets a few watchers at a time read the journal, the others in the order in which they asked: when
 * thousands come back at once, the database has time for those who write. Safe for use by many
 * threads.
 */
final class Turns {
  private final SequencedMap<Subscriber, Runnable> waiting = new LinkedHashMap<>();
  private int free;

  Turns(int atATime) {
    this.free = atATime;
  }

  /** Begins the work now or later; it ends with {@link #done}. */
  void ask(Subscriber who, Runnable work) {
    synchronized (this) {
      if (free == 0) {
        waiting.put(who, work);
        return;
      }
      free--;
    }
    work.run();
  }

  void done() {
    Runnable next;
    synchronized (this) {
      Map.Entry<Subscriber, Runnable> first = waiting.pollFirstEntry();
      if (first == null) {
        free++;
        return;
      }
      next = first.getValue();
    }
    next.run();
  }

  /** For one who has left. */
  synchronized void forget(Subscriber who) {
    waiting.remove(who);
  }
}

package dev.tmuxbuilder.stream;

import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.stream.Frames.Frame;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Who watches: a number, the last event that was sent, and where the bytes go. All of it happens on
 * the connection's own thread. What the other end does not take is not read for it either: it waits
 * in the journal.
 */
final class Subscriber {
  private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());
  private static final int TOGETHER = 8 * 1024;
  private static final long AGAIN_MS = 1_000;

  private final Topic topic;
  private final Turns turns;
  private final StreamMeters meters;
  private final Instant joined;
  private final LongFunction<Uni<List<Event>>> archive;
  private final Context thread;
  private final WriteStream<Buffer> out;
  private final UniEmitter<? super Void> end;
  private final boolean follow;
  private final byte slot;
  private boolean busy;
  private boolean gone;
  private long seen;

  /**
   * @param archive a page of the events after a number
   * @param out is written to on this thread alone
   * @param end completes when nothing follows
   * @param slot the part of the heartbeat in which this one hears that the line is alive
   */
  Subscriber(
      Topic topic,
      Turns turns,
      StreamMeters meters,
      LongFunction<Uni<List<Event>>> archive,
      Context thread,
      WriteStream<Buffer> out,
      UniEmitter<? super Void> end,
      boolean follow,
      long since,
      int slot) {
    this.topic = topic;
    this.turns = turns;
    this.meters = meters;
    this.joined = meters.now();
    this.archive = archive;
    this.thread = thread;
    this.out = out;
    this.end = end;
    this.follow = follow;
    this.seen = since;
    this.slot = (byte) slot;
  }

  int slot() {
    return slot;
  }

  /** Says at once that the line is open. On its thread. */
  void start() {
    out.write(Frames.STILL_HERE);
    go();
  }

  /** There may be something to send. Any thread. */
  void wake() {
    thread.runOnContext(ignored -> go());
  }

  /** Any thread. */
  void heartbeat() {
    thread.runOnContext(
        ignored -> {
          if (!gone && !busy && !out.writeQueueFull()) {
            out.write(Frames.STILL_HERE);
          }
        });
  }

  /** Nothing is sent any more. On its thread. */
  void stop() {
    gone = true;
  }

  private void go() {
    while (!gone && !busy) {
      if (out.writeQueueFull()) {
        busy = true;
        out.drainHandler(ignored -> goOn());
        return;
      }
      switch (topic.next(this, seen, follow)) {
        case Topic.Next.Events events -> send(events.frames());
        case Topic.Next.Behind behind -> {
          busy = true;
          turns.ask(this, () -> replay(behind.oldest()));
        }
        case Topic.Next.Over over -> {
          out.write(over.end());
          gone = true;
          end.complete(null);
        }
        case Topic.Next.Wait ignored -> {
          return;
        }
      }
    }
  }

  private void goOn() {
    busy = false;
    go();
  }

  /** As many as there is room for; the rest is asked for again. */
  private void send(List<Frame> frames) {
    meters.sent(frames.getLast().at(), joined);
    if (frames.size() == 1) {
      out.write(frames.getFirst().bytes());
      seen = frames.getFirst().seq();
      return;
    }
    Buffer together = Buffer.buffer(TOGETHER);
    for (Frame frame : frames) {
      together.appendBuffer(frame.bytes());
      seen = frame.seq();
      if (together.length() >= TOGETHER) {
        out.write(together);
        if (out.writeQueueFull()) {
          return;
        }
        together = Buffer.buffer(TOGETHER);
      }
    }
    if (together.length() > 0) {
      out.write(together);
    }
  }

  /** Reads a page of the journal. Any thread. */
  private void replay(long oldest) {
    archive
        .apply(seen)
        .onTermination()
        .invoke(turns::done)
        .subscribe()
        .with(
            page -> thread.runOnContext(ignored -> replayed(page, oldest)),
            failure -> {
              LOG.log(System.Logger.Level.DEBUG, "the journal could not be read", failure);
              thread.owner().setTimer(AGAIN_MS, ignored -> thread.runOnContext(then -> goOn()));
            });
  }

  private void replayed(List<Event> page, long oldest) {
    if (!gone) {
      if (page.isEmpty()) { // what the journal does not keep any more cannot be sent
        seen = oldest - 1;
      } else {
        send(page.stream().map(Frames::of).toList());
      }
    }
    goOn();
  }
}

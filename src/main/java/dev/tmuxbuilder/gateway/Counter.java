package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.execution.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Looks at an answer that goes by for its counts, and keeps nothing else of it. A line that is
 * longer than any with counts in it is let go unseen.
 */
final class Counter {
  private static final int LONGEST_LINE = 64 << 10;
  private static final int LONGEST_ANSWER = 8 << 20;
  private static final byte[] USAGE = "\"usage\"".getBytes(StandardCharsets.US_ASCII);

  private final Provider provider;
  private final boolean events;
  private final Tally tally = new Tally();
  private Buffer kept = Buffer.buffer();
  private boolean tooLong;

  /**
   * @param events whether the answer is a stream of server-sent events
   */
  Counter(Provider provider, boolean events) {
    this.provider = provider;
    this.events = events;
  }

  void take(Buffer part) {
    if (!events) {
      keep(part, 0, part.length(), LONGEST_ANSWER);
      return;
    }
    int from = 0;
    for (int at = 0; at < part.length(); at++) {
      if (part.getByte(at) == '\n') {
        keep(part, from, at, LONGEST_LINE);
        line();
        from = at + 1;
      }
    }
    keep(part, from, part.length(), LONGEST_LINE);
  }

  private void keep(Buffer part, int from, int to, int longest) {
    if (tooLong || kept.length() + to - from > longest) {
      tooLong = true;
    } else {
      kept.appendBuffer(part, from, to - from);
    }
  }

  private void line() {
    byte[] line = kept.getBytes();
    kept = Buffer.buffer();
    boolean whole = !tooLong;
    tooLong = false;
    if (whole && startsWithData(line) && contains(line, USAGE)) {
      count(line, 5);
    }
  }

  private static boolean startsWithData(byte[] line) {
    return line.length > 5
        && line[0] == 'd'
        && line[1] == 'a'
        && line[2] == 't'
        && line[3] == 'a'
        && line[4] == ':';
  }

  private static boolean contains(byte[] line, byte[] word) {
    outer:
    for (int at = 0; at <= line.length - word.length; at++) {
      for (int next = 0; next < word.length; next++) {
        if (line[at + next] != word[next]) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }

  private void count(byte[] json, int from) {
    try {
      provider.count(Json.mapper().readTree(json, from, json.length - from), tally);
    } catch (IOException notJson) {
      // what a provider says in another form has no counts in it
    }
  }

  /** What has been counted; to be asked when the answer has ended, well or not. */
  Tally tally() {
    if (!events && !tooLong && kept.length() > 0) {
      count(kept.getBytes(), 0);
    } else if (events && kept.length() > 0) {
      line();
    }
    return tally;
  }
}

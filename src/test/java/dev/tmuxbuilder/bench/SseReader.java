package dev.tmuxbuilder.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/** An HTTP/1.1 answer in chunks, read as Server-Sent Events as the bytes come. Holds one line. */
final class SseReader {
  private final Consumer<Said> listener;
  private byte[] line = new byte[64];
  private int length;
  private boolean head = true;
  private boolean statusKnown;
  private int chunk;
  private long now;
  private long id = -1;
  private boolean end;
  private boolean data;

  SseReader(Consumer<Said> listener) {
    this.listener = listener;
  }

  /** What the server says. */
  sealed interface Said {
    /** Another status than 200. */
    record Refused(String status) implements Said {}

    /** The line is alive. */
    record Comment() implements Said {}

    /** A numbered event. */
    record Event(long seq, long nanos) implements Said {}

    /** No event follows. */
    record End() implements Said {}
  }

  void read(ByteBuffer bytes, long nanos) {
    now = nanos;
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      boolean inHeadOrSize = head || chunk == 0;
      if (next == '\n') {
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        length = 0;
        if (head) {
          headLine(text);
        } else if (inHeadOrSize) {
          sizeLine(text);
        } else {
          eventLine(text);
        }
      } else if (next != '\r') {
        if (length == line.length) {
          line = Arrays.copyOf(line, length * 2);
        }
        line[length++] = next;
      }
      if (!inHeadOrSize) {
        chunk--;
      }
    }
    if (length == 0 && line.length > 64) {
      line = new byte[64]; // ten thousand of these are in memory
    }
  }

  private void headLine(String text) {
    if (!statusKnown) {
      statusKnown = true;
      if (!text.startsWith("HTTP/1.1 200 ")) {
        listener.accept(new Said.Refused(text));
      }
    } else if (text.isEmpty()) {
      head = false;
    }
  }

  /** Also the empty line that ends a chunk. */
  private void sizeLine(String text) {
    if (!text.isEmpty()) {
      chunk = Integer.parseInt(text, 16);
    }
  }

  private void eventLine(String text) {
    if (text.startsWith(":")) {
      listener.accept(new Said.Comment());
    } else if (text.startsWith("id:")) {
      id = Long.parseLong(text.substring(3).strip());
    } else if (text.startsWith("event:")) {
      end = text.substring(6).strip().equals("end");
    } else if (text.startsWith("data:")) {
      data = id < 0 || text.contains("\"seq\":" + id + ",");
    } else if (text.isEmpty()) {
      if (end) {
        listener.accept(new Said.End());
      } else if (id >= 0) {
        listener.accept(new Said.Event(data ? id : -1, now));
      }
      id = -1;
      end = false;
      data = false;
    }
  }
}

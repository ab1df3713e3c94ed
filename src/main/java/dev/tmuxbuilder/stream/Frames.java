package dev.tmuxbuilder.stream;

import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Snapshot;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What goes over the line, as the HTML standard's Server-Sent Events. Written once for all who
 * watch: nobody may change a buffer.
 */
final class Frames {
  /** Nothing happened, but the line is alive. */
  static final Buffer STILL_HERE = Buffer.buffer(": still here\n\n");

  private Frames() {}

  /** An event and the bytes that tell of it. */
  record Frame(long seq, Instant at, Buffer bytes) {
    int size() {
      return bytes.length();
    }
  }

  /** The last thing on a stream. */
  @RegisterForReflection
  record End(String executionId, int run, String status, long lastSeq) {}

  static Frame of(Event event) {
    return new Frame(
        event.seq(),
        event.at(),
        Buffer.buffer(
            "id: " + event.seq() + "\n" + text(event.kind().wire(), Json.write(view(event)))));
  }

  static Buffer end(Snapshot now) {
    return Buffer.buffer(
        text(
            "end",
            Json.write(
                new End(now.id().toString(), now.run(), now.status().wire(), now.lastSeq()))));
  }

  private static String text(String name, String json) {
    return "event: " + name + "\ndata: " + json + "\n\n";
  }

  /** The line of the log, with what programs ask for beside it. */
  private static Map<String, @Nullable Object> view(Event event) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    if (event.kind() != Event.Kind.LOG) {
      view.putAll(event.data());
    }
    view.put("seq", event.seq());
    view.put("at", event.at());
    view.put("run", event.run());
    view.put("level", event.level().wire());
    view.put("step", event.step());
    view.put("stage", event.stage());
    view.put("message", event.message());
    view.put("data", event.data());
    return view;
  }
}

package dev.tmuxbuilder.telemetry;

import dev.tmuxbuilder.execution.Json;
import io.opentelemetry.sdk.trace.IdGenerator;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * A run's trace and its root span have ids that follow from the run's name. So every node that has
 * ever worked on the run adds to one and the same trace, and the root is told once: by whoever
 * brings the run to its end.
 */
@Singleton
class TraceIds implements IdGenerator {
  /** Hex digits of a trace's and of a span's id. */
  private static final int TRACE = 32;

  private static final int SPAN = 16;

  private static final ThreadLocal<String> NEXT = new ThreadLocal<>();

  /** The span that {@code start} starts, on this thread, is the root of the run of this name. */
  static <T> T root(String run, Supplier<T> start) {
    NEXT.set(Json.sha256(run.getBytes(StandardCharsets.UTF_8)));
    try {
      return start.get();
    } finally {
      NEXT.remove();
    }
  }

  @Override
  public String generateTraceId() {
    String next = NEXT.get();
    return next == null ? IdGenerator.random().generateTraceId() : next.substring(0, TRACE);
  }

  @Override
  public String generateSpanId() {
    String next = NEXT.get();
    return next == null
        ? IdGenerator.random().generateSpanId()
        : next.substring(TRACE, TRACE + SPAN);
  }
}

package dev.tmuxbuilder.stream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Who watches on this node, and how old an event is when it is written to them. */
@ApplicationScoped
class StreamMeters {
  private static final Duration[] BUCKETS =
      Stream.of("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "10")
          .map(seconds -> Duration.parse("PT" + seconds + "S"))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Clock clock;
  private final Timer lag;

  StreamMeters(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    this.lag =
        Timer.builder("tmuxbuilder.stream.lag")
            .description("From when something happened to when it was handed to a stream")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
  }

  void watch(AtomicInteger subscribers, Supplier<Number> topics) {
    Gauge.builder("tmuxbuilder.stream.subscribers", subscribers, AtomicInteger::get)
        .description("Streams that are open on this node")
        .register(registry);
    Gauge.builder("tmuxbuilder.stream.topics", topics)
        .description("Executions that are watched on this node")
        .register(registry);
  }

  Instant now() {
    return clock.instant();
  }

  /** What happened before the watcher came is read from the journal, and tells nothing of lag. */
  void sent(Instant happened, Instant joined) {
    if (happened.isAfter(joined)) {
      lag.record(Duration.between(happened, clock.instant()));
    }
  }
}

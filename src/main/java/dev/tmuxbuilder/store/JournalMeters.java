package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.LeaseLost;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.stream.Stream;

/** How long the journal takes to write, and how much is written. */
@ApplicationScoped
class JournalMeters {
  private static final Duration[] BUCKETS =
      Stream.of("0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "1", "5")
          .map(seconds -> Duration.parse("PT" + seconds + "S"))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Counter lines;
  private final Timer written;

  JournalMeters(MeterRegistry registry) {
    this.registry = registry;
    this.lines =
        Counter.builder("tmuxbuilder.journal.lines")
            .description("Lines that were committed to journals")
            .register(registry);
    this.written = timer("written");
  }

  /** Measures a write of so many lines, from when it is asked for to its commit. */
  <T> Uni<T> measure(int count, Uni<T> write) {
    return Uni.createFrom()
        .deferred(
            () -> {
              long began = System.nanoTime();
              return write
                  .invoke(
                      () -> {
                        written.record(Duration.ofNanos(System.nanoTime() - began));
                        lines.increment(count);
                      })
                  .onFailure()
                  .invoke(
                      failure ->
                          timer(failure instanceof LeaseLost ? "refused" : "failed")
                              .record(Duration.ofNanos(System.nanoTime() - began)));
            });
  }

  private Timer timer(String outcome) {
    return Timer.builder("tmuxbuilder.journal.append")
        .description("How long a write to a journal took, to its commit")
        .serviceLevelObjectives(BUCKETS)
        .tag("outcome", outcome)
        .register(registry);
  }
}

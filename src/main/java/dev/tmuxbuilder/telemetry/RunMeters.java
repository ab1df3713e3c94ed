package dev.tmuxbuilder.telemetry;

import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunWatch;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepStatus;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Figures of runs and steps. Names are OpenTelemetry's for CI/CD pipelines where it has some;
 * labels take few values, and never those of a tenant, user or execution.
 */
@ApplicationScoped
class RunMeters {
  private static final String RUN_DURATION = "cicd.pipeline.run.duration";
  private static final Duration[] BUCKETS =
      Stream.of(
              "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "30", "60", "300", "900", "1800")
          .map(seconds -> Duration.parse("PT" + seconds + "S"))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final Clock clock;
  private final Set<Watch> active = ConcurrentHashMap.newKeySet();

  RunMeters(MeterRegistry registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
    Gauge.builder("cicd.pipeline.run.active", active, Set::size)
        .description("Runs that this node works on")
        .tag("cicd.pipeline.run.state", "executing")
        .register(registry);
    Gauge.builder("tmuxbuilder.run.silence", active, RunMeters::longestSilence)
        .description("For how long the most silent run of this node has written nothing")
        .baseUnit("seconds")
        .register(registry);
    registry.counter("tmuxbuilder.lease.lost");
    Stream.of("true", "false")
        .forEach(resumed -> registry.counter("tmuxbuilder.lease.taken", "resumed", resumed));
  }

  /** The figures are there from the start, and zero. */
  void start(@Observes StartupEvent event) {}

  RunWatch watch(Job job) {
    Watch watch = new Watch(job, clock.instant());
    active.add(watch);
    registry
        .counter("tmuxbuilder.lease.taken", "resumed", Boolean.toString(job.resumed()))
        .increment();
    if (!job.resumed() && job.kind() != RunKind.DESTROY) {
      run(job.kind(), "pending", "success")
          .record(Duration.between(job.requestedAt(), watch.takenUp));
    }
    return watch;
  }

  private static double longestSilence(Set<Watch> active) {
    long now = System.nanoTime();
    return active.stream().mapToLong(watch -> now - watch.lastTold).max().orElse(0) / 1e9;
  }

  private Timer run(RunKind kind, String state, String result) {
    return Timer.builder(RUN_DURATION)
        .description("How long runs waited (pending) and were worked on (executing)")
        .serviceLevelObjectives(BUCKETS)
        .tag("cicd.pipeline.name", kind.wire())
        .tag("cicd.pipeline.run.state", state)
        .tag("cicd.pipeline.result", result)
        .register(registry);
  }

  private final class Watch implements RunWatch {
    private final RunKind kind;
    private final Instant takenUp;
    private final Instant began;
    private volatile long lastTold = System.nanoTime();
    private @Nullable Instant stepBegan;

    Watch(Job job, Instant takenUp) {
      this.kind = job.kind();
      this.takenUp = takenUp;
      this.began = job.startedAt().orElse(takenUp);
    }

    @Override
    public void told(Line line) {
      lastTold = System.nanoTime();
      switch (line) {
        case Line.StepMoved moved -> step(moved);
        case Line.RunEnded end -> {
          active.remove(this);
          run(kind, "executing", result(end)).record(Duration.between(began, end.at()));
        }
        default -> {}
      }
    }

    private void step(Line.StepMoved moved) {
      switch (moved.status()) {
        case RUNNING -> {
          if (moved.attempt() > 1) {
            registry.counter("tmuxbuilder.step.retries", "step", moved.where().wire()).increment();
          } else {
            stepBegan = moved.at();
          }
        }
        case COMPLETED, FAILED, CANCELLED -> {
          Instant from = stepBegan;
          if (from != null) {
            stepTimer(moved.where(), moved.status()).record(Duration.between(from, moved.at()));
          }
        }
        case PENDING, SKIPPED -> {}
      }
    }

    private Timer stepTimer(StepName step, StepStatus outcome) {
      return Timer.builder("tmuxbuilder.step.duration")
          .description("How long steps took, tries and all")
          .serviceLevelObjectives(BUCKETS)
          .tag("step", step.wire())
          .tag("kind", kind.wire())
          .tag("outcome", outcome.wire())
          .register(registry);
    }

    @Override
    public void left(@Nullable Throwable why) {
      if (active.remove(this) && why instanceof LeaseLost) {
        registry.counter("tmuxbuilder.lease.lost").increment();
      }
    }
  }

  /** In OpenTelemetry's words. */
  static String result(Line.RunEnded end) {
    return switch (end.status()) {
      case COMPLETED, DESTROYED -> "success";
      case CANCELLED -> "cancellation";
      case FAILED -> failure(end.error());
      case PENDING, RUNNING, WAITING_INPUT -> "skip"; // no run ends like that
    };
  }

  private static String failure(@Nullable ErrorInfo error) {
    return switch (error == null ? "" : error.code()) {
      case "deadline_exceeded" -> "timeout";
      case "internal_error" -> "error";
      default -> "failure";
    };
  }
}

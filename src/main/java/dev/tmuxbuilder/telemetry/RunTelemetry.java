package dev.tmuxbuilder.telemetry;

import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.RunObserver;
import dev.tmuxbuilder.execution.RunWatch;
import dev.tmuxbuilder.execution.StepName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives each run its figures, its trace and its log lines. */
@ApplicationScoped
class RunTelemetry implements RunObserver {
  private static final System.Logger LOG = System.getLogger(RunTelemetry.class.getName());

  private final RunMeters meters;
  private final RunSpans spans;

  RunTelemetry(RunMeters meters, RunSpans spans) {
    this.meters = meters;
    this.spans = spans;
  }

  @Override
  public RunWatch takenUp(Job job) {
    return new All(new RunLog(job), spans.watch(job), meters.watch(job));
  }

  /** A run does not suffer from what goes wrong here. */
  private record All(RunWatch log, RunWatch span, RunWatch meter) implements RunWatch {
    @Override
    public void told(Line line) {
      each(watch -> watch.told(line));
    }

    @Override
    public void left(@Nullable Throwable why) {
      each(watch -> watch.left(why));
    }

    @Override
    public void fault(String id, StepName step, Throwable cause) {
      log.fault(id, step, cause);
    }

    @Override
    public <T> T within(Supplier<T> begin) {
      return span.within(begin);
    }

    private void each(Consumer<RunWatch> word) {
      for (RunWatch watch : List.of(log, span, meter)) {
        try {
          word.accept(watch);
        } catch (RuntimeException ours) {
          LOG.log(System.Logger.Level.WARNING, "a run is not watched as it should be", ours);
        }
      }
    }
  }
}

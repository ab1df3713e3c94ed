package dev.tmuxbuilder.telemetry;

import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.RunWatch;
import dev.tmuxbuilder.execution.StepStatus;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A run as a trace: the run, below it its steps, below those what they called elsewhere. */
@ApplicationScoped
class RunSpans {
  private static final AttributeKey<String> STAGE = AttributeKey.stringKey("tmuxbuilder.stage");

  private final Tracer tracer;

  RunSpans(Tracer tracer) {
    this.tracer = tracer;
  }

  RunWatch watch(Job job) {
    return new Watch(root(job));
  }

  /** Begins when the run was asked for, so that its time in the queue is to be seen. */
  private Span root(Job job) {
    boolean destroy = job.kind() == RunKind.DESTROY;
    int run = destroy ? 0 : job.lease().run();
    RunRef ref = new RunRef(job.execution().tenant().value(), job.execution().id().toString(), run);
    Instant asked = destroy ? Instant.now() : job.requestedAt();
    Span span =
        TraceIds.root(
            ref.instance(),
            () ->
                tracer
                    .spanBuilder(job.kind().wire())
                    .setNoParent()
                    .setStartTimestamp(asked)
                    .setAttribute("cicd.pipeline.name", job.kind().wire())
                    .setAttribute("cicd.pipeline.run.id", ref.instance())
                    .setAttribute("tmuxbuilder.tenant.id", ref.tenant().toString())
                    .setAttribute("tmuxbuilder.execution.id", ref.execution())
                    .setAttribute("tmuxbuilder.run", job.lease().run())
                    .setAttribute("tmuxbuilder.host_provider", job.execution().host().wire())
                    .setAttribute("tmuxbuilder.site_type", job.execution().siteType().wire())
                    .startSpan());
    return span.addEvent(job.resumed() ? "resumed" : "taken up");
  }

  private final class Watch implements RunWatch {
    private final Span run;
    private @Nullable Span step;
    private String stage = "";

    Watch(Span run) {
      this.run = run;
    }

    @Override
    public synchronized void told(Line line) {
      switch (line) {
        case Line.StepMoved moved -> moved(moved);
        case Line.Log log -> stage(log);
        case Line.RunEnded end -> {
          run.setAttribute("cicd.pipeline.result", RunMeters.result(end));
          fail(run, end.error());
          run.end(end.at());
        }
        default -> {}
      }
    }

    private void moved(Line.StepMoved moved) {
      switch (moved.status()) {
        case RUNNING -> {
          if (step == null) {
            step = begin(moved);
          } else {
            step.addEvent("retry");
          }
        }
        case COMPLETED, FAILED, CANCELLED -> end(moved);
        case PENDING, SKIPPED -> {}
      }
    }

    private Span begin(Line.StepMoved moved) {
      stage = "";
      return tracer
          .spanBuilder(moved.where().wire())
          .setParent(Context.root().with(run))
          .setStartTimestamp(moved.at())
          .setAttribute("cicd.pipeline.task.name", moved.where().wire())
          .startSpan();
    }

    private void end(Line.StepMoved moved) {
      Span ending = step;
      if (ending != null) {
        ending.setAttribute("cicd.pipeline.task.run.result", result(moved.status()));
        fail(ending, moved.error());
        ending.end(moved.at());
        step = null;
      }
    }

    private static String result(StepStatus status) {
      return switch (status) {
        case COMPLETED -> "success";
        case CANCELLED -> "cancellation";
        default -> "failure";
      };
    }

    private void stage(Line.Log log) {
      String now = Optional.ofNullable(log.stage()).orElse("");
      if (step != null && !now.isEmpty() && !now.equals(stage)) {
        stage = now;
        step.addEvent("stage", Attributes.of(STAGE, now), log.at());
      }
    }

    private static void fail(Span span, @Nullable ErrorInfo error) {
      if (error != null) {
        span.setAttribute("error.type", error.code());
        span.setStatus(StatusCode.ERROR, error.message());
      }
    }

    /** The root is told by whoever brings the run to its end. */
    @Override
    public synchronized void left(@Nullable Throwable why) {
      if (step != null) {
        step.addEvent("interrupted");
        step.end();
        step = null;
      }
    }

    @Override
    public <T> T within(Supplier<T> begin) {
      try (Scope ignored = parent().makeCurrent()) {
        return begin.get();
      }
    }

    private synchronized Context parent() {
      return Context.root().with(step == null ? run : step);
    }
  }
}

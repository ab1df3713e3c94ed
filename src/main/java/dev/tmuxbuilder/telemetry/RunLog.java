package dev.tmuxbuilder.telemetry;

import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.RunWatch;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepStatus;
import dev.tmuxbuilder.platform.RunFields;
import java.lang.System.Logger.Level;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The service's own log of a run: where it began, what failed, how it ended. */
final class RunLog implements RunWatch {
  private static final String CATEGORY = "dev.tmuxbuilder.run";

  private final RunFields fields;
  private volatile boolean ended;

  RunLog(Job job) {
    this.fields =
        new RunFields(
            job.execution().tenant().toString(),
            job.execution().id().toString(),
            job.lease().run());
  }

  @Override
  public void told(Line line) {
    switch (line) {
      case Line.RunStarted started -> say(Level.INFO, line, started.message());
      case Line.StepMoved moved when moved.status() == StepStatus.FAILED ->
          say(Level.WARNING, line, moved.message());
      case Line.RunEnded end -> {
        ended = true;
        say(
            end.status() == ExecutionStatus.FAILED ? Level.WARNING : Level.INFO,
            line,
            end.message());
      }
      default -> {}
    }
  }

  @Override
  public void left(@Nullable Throwable why) {
    if (why != null && !ended && !(why instanceof LeaseLost)) { // the queue tells of that
      say(Level.ERROR, Optional.empty(), "cannot be written on: " + why);
    }
  }

  @Override
  public void fault(String id, StepName step, Throwable cause) {
    fields.log(CATEGORY, Level.ERROR, Optional.of(step.wire()), "fault " + id, cause);
  }

  private void say(Level level, Line line, String words) {
    say(level, line.step(), words);
  }

  private void say(Level level, Optional<StepName> step, String words) {
    fields.log(CATEGORY, level, step.map(StepName::wire), words, null);
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.StepStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lines of the journal make of the execution's own row. The row takes each line's number
 * anyway, so all of it is one update.
 */
final class ExecutionChange {
  private @Nullable ExecutionStatus status;
  private boolean judged;
  private @Nullable ErrorInfo error;
  private @Nullable Map<String, Object> result;
  private boolean moved;
  private @Nullable String url;
  private @Nullable Integer release;
  private @Nullable Integer step;

  private ExecutionChange() {}

  static ExecutionChange of(List<Line> lines) {
    ExecutionChange change = new ExecutionChange();
    lines.forEach(change::follow);
    return change;
  }

  private void follow(Line line) {
    switch (line) {
      case Line.RunStarted _ -> judge(ExecutionStatus.RUNNING, null);
      case Line.StepMoved moving when moving.status() == StepStatus.RUNNING ->
          step = moving.where().id();
      case Line.WentLive live -> serve(live.url().toString(), live.release());
      case Line.RunEnded ended -> {
        judge(ended.status(), ended.error());
        result = ended.result() == null ? result : ended.result();
        if (ended.status() == ExecutionStatus.DESTROYED) {
          serve(null, null);
        }
      }
      case Line.StepMoved _, Line.StageBegun _, Line.Log _, Line.AgentTold _, Line.Check _ -> {}
      case Line.MendingBegun _, Line.Answered _, Line.AgentWorked _ -> {}
      case Line.RunRequested _, Line.ReceiptWritten _, Line.TestsReported _ -> {}
    }
  }

  private void judge(ExecutionStatus now, @Nullable ErrorInfo why) {
    status = now;
    error = why;
    judged = true;
  }

  private void serve(@Nullable String where, @Nullable Integer what) {
    url = where;
    release = what;
    moved = true;
  }

  /** Adds what {@link JournalTable#APPEND} takes from its eighth parameter on. */
  void addTo(List<@Nullable Object> values) {
    values.add(status == null ? null : status.wire());
    values.add(judged);
    values.add(error == null ? null : Json.write(error));
    values.add(result == null ? null : Json.write(result));
    values.add(moved);
    values.add(url);
    values.add(release);
    values.add(step);
  }
}

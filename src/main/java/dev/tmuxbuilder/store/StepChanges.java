package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepStatus;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What lines of the journal make of the rows of a run's steps: each row is written once. */
final class StepChanges {
  /** Where a step stands after the lines. */
  private static final class Change {
    private Line.@Nullable StepMoved last;
    private @Nullable Instant begun;
    private Line.@Nullable StageBegun stage;

    void moved(Line.StepMoved moved) {
      if (moved.status() == StepStatus.RUNNING && begun == null) {
        begun = moved.at();
      }
      last = moved;
      stage = null;
    }

    Map<String, @Nullable Object> row(StepName step) {
      Map<String, @Nullable Object> row = new LinkedHashMap<>();
      row.put("step", step.id());
      row.put("moved", last != null);
      if (last != null) {
        row.put("status", last.status().wire());
        row.put("attempt", last.attempt());
        row.put("error", last.error());
        row.put("result", last.result());
        row.put("begun", begun == null ? null : Json.time(begun));
        row.put("ended", last.status() == StepStatus.RUNNING ? null : Json.time(last.at()));
        row.put("until", last.limit() == null ? null : Json.time(last.limit().until()));
        row.put("longest_ms", last.limit() == null ? null : last.limit().longest().toMillis());
      }
      if (stage != null) {
        row.put("stage", stage.stage());
        row.put("stage_until", Json.time(stage.limit().until()));
      }
      return row;
    }
  }

  private StepChanges() {}

  /** As a JSON array of objects, one a step, for {@link JournalTable}; null where none changes. */
  static @Nullable String of(List<Line> lines) {
    Map<StepName, Change> changes = new EnumMap<>(StepName.class);
    for (Line line : lines) {
      if (line instanceof Line.StepMoved moved) {
        changes.computeIfAbsent(moved.where(), step -> new Change()).moved(moved);
      } else if (line instanceof Line.StageBegun begun) {
        changes.computeIfAbsent(begun.where(), step -> new Change()).stage = begun;
      }
    }
    return changes.isEmpty()
        ? null
        : Json.write(
            changes.entrySet().stream()
                .map(change -> change.getValue().row(change.getKey()))
                .toList());
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepStatus;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What lines of the journal make of the rows of a run's steps: each row is written once. */
final class StepChanges {
  /** A step that only came to another stage has not moved. */
  private static final String UPDATE =
      """
      update steps s
         set status = case when c.moved then c.status else s.status end,
             attempt = case when c.moved then c.attempt else s.attempt end,
             error = case when c.moved then c.error else s.error end,
             result = case when c.moved then c.result else s.result end,
             started_at = coalesce(s.started_at, c.begun),
             finished_at = case when c.moved then c.ended else s.finished_at end,
             until = case when c.moved then c.until else s.until end,
             longest_ms = case when c.moved then c.longest_ms else s.longest_ms end,
             stage = c.stage,
             stage_until = c.stage_until
        from jsonb_to_recordset($3::text::jsonb) as
             c(step int, moved boolean, status text, attempt int, error jsonb, result jsonb,
               begun timestamptz, ended timestamptz, until timestamptz, longest_ms bigint,
               stage text, stage_until timestamptz)
       where s.execution_id = $1 and s.run = $2 and s.step = c.step
      """;

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

  static Optional<Statement> of(Lease lease, List<Line> lines) {
    Map<StepName, Change> changes = new EnumMap<>(StepName.class);
    for (Line line : lines) {
      if (line instanceof Line.StepMoved moved) {
        changes.computeIfAbsent(moved.where(), step -> new Change()).moved(moved);
      } else if (line instanceof Line.StageBegun begun) {
        changes.computeIfAbsent(begun.where(), step -> new Change()).stage = begun;
      }
    }
    if (changes.isEmpty()) {
      return Optional.empty();
    }
    List<Map<String, @Nullable Object>> rows =
        changes.entrySet().stream().map(change -> change.getValue().row(change.getKey())).toList();
    return Optional.of(
        new Statement(
            UPDATE, Tuple.of(lease.execution().toString(), lease.run(), Json.write(rows))));
  }
}

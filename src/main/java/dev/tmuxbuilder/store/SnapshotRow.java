package dev.tmuxbuilder.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepStatus;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An execution with its steps and a page of its journal, in one row and one round trip. */
final class SnapshotRow {
  /** Of execution $1, the events after $2, $3 of them at most. */
  static final String QUERY =
      """
      select e.host_provider, e.site_type, e.agent, e.status, e.run, e.current_step, e.url,
             e.release, e.result::text as result, e.error::text as error, e.destroy_requested,
             (select cancel_requested from runs r
               where r.execution_id = e.execution_id and r.run = e.run) as cancel_requested,
             case when e.status = 'running' then
               case when e.destroy_requested then e.destruction_until
                    else (select until from runs r
                           where r.execution_id = e.execution_id and r.run = e.run) end
             end as until,
             case e.status when 'pending' then
               (select count(*)
                  from scheduled_tasks mine
                  join scheduled_tasks before
                    on not before.picked
                   and (before.priority > mine.priority
                        or before.priority = mine.priority
                           and (before.execution_time, before.task_instance)
                             <= (mine.execution_time, mine.task_instance))
                 where mine.task_name = 'run' and not mine.picked
                   and mine.task_instance = e.execution_id || '#' || e.run)
             end as queue_position,
             e.created_at, e.updated_at, e.last_seq,
             coalesce((select min(seq) from events v where v.execution_id = e.execution_id), 1)
               as first_seq,
             coalesce((select json_agg(json_build_object(
                         'step', s.step, 'status', s.status, 'attempt', s.attempt,
                         'started_at', s.started_at, 'finished_at', s.finished_at,
                         'until', s.until, 'stage', s.stage, 'stage_until', s.stage_until,
                         'error', s.error) order by s.step)
                         from steps s
                        where s.execution_id = e.execution_id and s.run = e.run),
                      '[]')::text as steps,
             coalesce((select json_agg(json_build_object(
                         'seq', v.seq, 'at', v.at, 'run', v.run, 'kind', v.kind,
                         'level', v.level, 'step', v.step, 'stage', v.stage,
                         'message', v.message, 'data', v.data) order by v.seq)
                         from (select * from events
                                where execution_id = $1 and seq > $2
                                order by seq limit $3) v),
                      '[]')::text as logs
        from executions e
       where e.execution_id = $1
      """;

  private SnapshotRow() {}

  static Snapshot read(ExecutionId id, Row row) {
    return new Snapshot(
        id,
        Rows.named(row, "host_provider", HostProvider.class),
        Rows.named(row, "site_type", SiteType.class),
        Rows.named(row, "agent", AgentKind.class),
        Rows.named(row, "status", ExecutionStatus.class),
        row.getInteger("run"),
        row.getInteger("current_step"),
        row.getString("url"),
        row.getInteger("release"),
        steps(Json.read(row.getString("steps"), JsonNode.class)),
        Rows.map(row.getString("result")),
        Rows.error(row.getString("error")),
        row.getBoolean("cancel_requested"),
        row.getBoolean("destroy_requested"),
        Rows.optionalInstant(row, "until"),
        position(row.getLong("queue_position")),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"),
        row.getLong("first_seq"),
        row.getLong("last_seq"),
        events(Json.read(row.getString("logs"), JsonNode.class)));
  }

  /** Null for a run that has been handed to a node a moment ago. */
  private static @Nullable Long position(@Nullable Long place) {
    return place == null || place == 0 ? null : place;
  }

  private static List<Snapshot.Step> steps(JsonNode nodes) {
    return nodes.valueStream().map(SnapshotRow::step).toList();
  }

  private static Snapshot.Step step(JsonNode node) {
    return new Snapshot.Step(
        StepName.values()[node.get("step").asInt() - 1],
        Named.of(StepStatus.class, node.get("status").asText()),
        node.get("attempt").asInt(),
        time(node.get("started_at")),
        time(node.get("finished_at")),
        time(node.get("until")),
        stage(node),
        node.hasNonNull("error")
            ? Json.mapper().convertValue(node.get("error"), ErrorInfo.class)
            : null);
  }

  private static Snapshot.@Nullable Stage stage(JsonNode step) {
    return step.hasNonNull("stage")
        ? new Snapshot.Stage(
            step.get("stage").asText(), Objects.requireNonNull(time(step.get("stage_until"))))
        : null;
  }

  static List<Event> events(JsonNode nodes) {
    return nodes.valueStream().map(Rows::event).toList();
  }

  private static @Nullable Instant time(JsonNode node) {
    return node.isNull() ? null : OffsetDateTime.parse(node.asText()).toInstant();
  }
}

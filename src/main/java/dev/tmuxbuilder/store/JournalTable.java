package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Appends to the journal: numbers without a gap, order of commits, fenced by the lease. */
final class JournalTable {
  /** Where every node hears that a journal has grown; the payload is {@code id SPACE seq}. */
  static final String CHANNEL = "tmuxbuilder_journal";

  /**
   * The row lock on the execution makes numbers and commits come in one order. Without a lease
   * (parameter 2 is null) it is the service itself that speaks, after it has locked the row. What
   * the lines make of execution and steps is written with them; a step that only came to another
   * stage has not moved. What the service itself says is told to the other nodes with the commit;
   * what a run says, by {@link JournalNotices}.
   */
  private static final String APPEND =
      """
      with owned as (
        update executions
           set last_seq = last_seq + $4, updated_at = $5, last_batch = coalesce($6, last_batch),
               status = coalesce($9, status),
               error = case when $10 then $11::text::jsonb else error end,
               result = coalesce($12::text::jsonb, result),
               url = case when $13 then $14 else url end,
               release = case when $13 then $15 else release end,
               current_step = coalesce($16, current_step)
         where execution_id = $1
           and ($2::bigint is null or lease = $2)
           and ($6::uuid is null or last_batch is distinct from $6)
        returning last_seq
      ), added as (
        insert into events
               (execution_id, seq, tenant_id, at, run, kind, level, step, stage, message, data)
        select $1, owned.last_seq - $4 + line.place, $3::uuid, line.at, $7, line.kind, line.level,
               line.step, line.stage, line.message, line.data
          from owned,
               rows from (jsonb_to_recordset($8::text::jsonb) as
                 (at timestamptz, kind text, level text, step text, stage text, message text,
                  data jsonb)) with ordinality
                 as line (at, kind, level, step, stage, message, data, place)
      ), changed as (
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
          from owned,
               jsonb_to_recordset($17::text::jsonb) as
                 c(step int, moved boolean, status text, attempt int, error jsonb, result jsonb,
                   begun timestamptz, ended timestamptz, until timestamptz, longest_ms bigint,
                   stage text, stage_until timestamptz)
         where s.execution_id = $1 and s.run = $7 and s.step = c.step
      )
      select last_seq,
             case when $2::bigint is null then
               pg_notify('tmuxbuilder_journal', $1 || ' ' || last_seq)
             end
        from owned
      """;

  private static final String WRITTEN =
      "select last_seq from executions where execution_id = $1 and lease = $2 and last_batch = $3";

  private JournalTable() {}

  /** Writes lines of a run, fenced by its lease; {@link #newest} reads the answer. */
  static Statement append(Lease lease, UUID batch, List<Line> lines) {
    return statement(
        lease.tenant(), lease.execution(), lease.run(), lease.token(), batch, lines, true);
  }

  /** Finds what {@link #append} wrote in an earlier try; finds nothing without the lease. */
  static Statement written(Lease lease, UUID batch) {
    return Statement.of(WRITTEN, lease.execution().toString(), lease.token(), batch);
  }

  /** For the service itself, within a transaction that has locked the execution's row. */
  static Uni<Long> append(
      SqlConnection connection, TenantId tenant, ExecutionId execution, int run, Line... lines) {
    return statement(tenant, execution, run, null, null, List.of(lines), false)
        .execute(connection)
        .map(rows -> newest(rows).orElseThrow());
  }

  /**
   * @param moves whether the lines move execution and steps; else whoever writes them does that
   */
  private static Statement statement(
      TenantId tenant,
      ExecutionId execution,
      int run,
      @Nullable Long token,
      @Nullable UUID batch,
      List<Line> lines,
      boolean moves) {
    Instant newest = lines.getLast().at();
    Tuple values =
        Tuple.tuple()
            .addValue(execution.toString())
            .addValue(token)
            .addValue(tenant.value())
            .addValue((long) lines.size())
            .addValue(Rows.time(newest))
            .addValue(batch)
            .addValue(run)
            .addValue(Json.write(lines.stream().map(JournalTable::row).toList()));
    (moves ? ExecutionChange.of(lines) : ExecutionChange.none()).addTo(values);
    values.addValue(moves ? StepChanges.of(lines) : null);
    return new Statement(APPEND, values);
  }

  /** The number of the last line; empty where none was written. */
  static OptionalLong newest(RowSet<Row> written) {
    return Rows.first(written)
        .map(row -> OptionalLong.of(row.getLong("last_seq")))
        .orElseGet(OptionalLong::empty);
  }

  private static Map<String, @Nullable Object> row(Line line) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("at", Json.time(line.at()));
    row.put("kind", line.kind().wire());
    row.put("level", line.level().wire());
    row.put("step", line.step().map(StepName::wire).orElse(null));
    row.put("stage", line.stage());
    row.put("message", printable(line.message()));
    row.put("data", line.data());
    return row;
  }

  /** PostgreSQL keeps no NUL in a text. */
  private static String printable(String message) {
    return message.replace('\0', ' ');
  }
}

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
import java.util.ArrayList;
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

  /** The pen of a run: see {@code append_to_journal}, which the database keeps. */
  static final String APPEND =
      """
      select append_to_journal(
               $1::uuid, $2, $3, $4::uuid, $5, $6, $7::text::jsonb, $8, $9, $10::text::jsonb,
               $11::text::jsonb, $12, $13, $14, $15, $16::text::jsonb, $17::text::jsonb, $18,
               $19, $20)
             as last_seq
      """;

  /**
   * For the service itself, which has no lease. The row lock on the execution makes numbers and
   * commits come in one order. The other nodes are told with the commit; of what a run says, by
   * {@link JournalNotices}.
   */
  private static final String SAY =
      """
      with numbered as (
        update executions set last_seq = last_seq + $3, updated_at = $4
         where execution_id = $1
        returning last_seq
      ), added as (
        insert into events
               (execution_id, seq, tenant_id, at, run, kind, level, step, stage, message, data)
        select $1, numbered.last_seq - $3 + line.place, $2::uuid, line.at, $5, line.kind,
               line.level, line.step, line.stage, line.message, line.data
          from numbered,
               rows from (jsonb_to_recordset($6::text::jsonb) as
                 (at timestamptz, kind text, level text, step text, stage text, message text,
                  data jsonb)) with ordinality
                 as line (at, kind, level, step, stage, message, data, place)
      )
      select last_seq, pg_notify('tmuxbuilder_journal', $1 || ' ' || last_seq) from numbered
      """;

  /** The number of the newest line; for {@link Transactions#batch}. */
  static final String NEWEST = "select newest_line($1, $2) as last_seq";

  /** The answer to an {@link #append} whose end has to begin another run. */
  static final long MORE_WAS_SAID = -1;

  private static final String WRITTEN =
      "select last_seq from executions where execution_id = $1 and lease = $2 and last_batch = $3";

  private JournalTable() {}

  /**
   * What is to be written of a run.
   *
   * @param values but for the last
   * @param length of the texts in it, in characters
   */
  record Append(List<@Nullable Object> values, long length) {
    /**
     * @param hurry whether to fail with {@code lock_not_available} rather than to wait
     */
    Tuple values(boolean hurry) {
      List<@Nullable Object> all = new ArrayList<>(values);
      all.add(hurry);
      return Tuple.wrap(all);
    }

    Uni<RowSet<Row>> execute(SqlConnection connection) {
      return new Statement(APPEND, values(false)).execute(connection);
    }
  }

  /**
   * Lines of a run, fenced by its lease; {@link #newest} reads the answer.
   *
   * @param limits for an end of the run that lets others in; null where the caller does that
   */
  static Append append(Lease lease, UUID batch, List<Line> lines, Jobs.@Nullable Limits limits) {
    List<@Nullable Object> values = new ArrayList<>();
    values.add(lease.tenant().value());
    values.add(lease.execution().toString());
    values.add(lease.token());
    values.add(batch);
    values.add(lease.run());
    values.add(Rows.time(lines.getLast().at()));
    values.add(rows(lines));
    ExecutionChange.of(lines).addTo(values);
    values.add(StepChanges.of(lines));
    values.add(DerivedState.of(lines));
    values.add(limits == null ? null : limits.perTenant());
    values.add(limits == null ? null : limits.perUser());
    long length =
        values.stream()
            .filter(String.class::isInstance)
            .mapToLong(v -> ((String) v).length())
            .sum();
    return new Append(values, length);
  }

  /** Finds what {@link #append} wrote in an earlier try; finds nothing without the lease. */
  static Statement written(Lease lease, UUID batch) {
    return Statement.of(WRITTEN, lease.execution().toString(), lease.token(), batch);
  }

  /** For the service itself, within a transaction that has locked the execution's row. */
  static Uni<Long> append(
      SqlConnection connection, TenantId tenant, ExecutionId execution, int run, Line... lines) {
    return Statement.of(
            SAY,
            execution.toString(),
            tenant.value(),
            (long) lines.length,
            Rows.time(lines[lines.length - 1].at()),
            run,
            rows(List.of(lines)))
        .execute(connection)
        .map(rows -> newest(rows).orElseThrow());
  }

  /** The number of the last line; empty where none was written. */
  static OptionalLong newest(RowSet<Row> written) {
    return Rows.first(written)
        .map(row -> row.getLong("last_seq"))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  private static String rows(List<Line> lines) {
    return Json.write(lines.stream().map(JournalTable::row).toList());
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

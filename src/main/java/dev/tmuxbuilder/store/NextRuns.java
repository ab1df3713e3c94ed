package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Begins runs of an execution, under the lock of its row: one at a time, each after the other. */
@ApplicationScoped
class NextRuns {
  private static final String NEXT_RUN =
      """
      with execution as (
        update executions
           set run = run + 1, status = 'pending', current_step = 0, error = null, result = null
         where execution_id = $1
        returning run, release)
      insert into runs (execution_id, run, tenant_id, kind, status, target_release, live_before,
                        requested_by, created_at, approved_by, approves)
      select $1, run, $2::uuid, $3, 'pending', $4, release, $5, $6, $7, $8 from execution
      returning run
      """;

  static final String NEW_STEPS =
      "insert into steps (execution_id, run, step, tenant_id, status)"
          + " select $1, $2, step, $3::uuid, 'pending' from generate_series(1, 7) step";

  private static final String WAITS =
      "select 1 from chat_messages where execution_id = $1 and run > $2 limit 1";

  private static final String USER = "user";

  private final Jobs jobs;
  private final Clock clock;

  NextRuns(Jobs jobs, Clock clock) {
    this.jobs = jobs;
    this.clock = clock;
  }

  /**
   * Who has said yes to what a run will publish.
   *
   * @param toRun the run that made it, where that was an earlier one
   */
  record Yes(Optional<String> by, @Nullable Integer toRun) {
    static final Yes NOBODYS = new Yes(Optional.empty(), null);
  }

  Uni<Integer> begin(
      SqlConnection connection,
      TenantId tenant,
      ExecutionId execution,
      RunKind kind,
      @Nullable Integer release,
      String by,
      Yes yes) {
    Instant now = clock.instant();
    String id = execution.toString();
    return connection
        .preparedQuery(NEXT_RUN)
        .execute(
            Tuple.tuple()
                .addValue(id)
                .addValue(tenant.value())
                .addValue(kind.wire())
                .addValue(release)
                .addValue(by)
                .addValue(Rows.time(now))
                .addValue(yes.by().orElse(null))
                .addValue(yes.toRun()))
        .map(rows -> Rows.first(rows).orElseThrow().getInteger("run"))
        .call(run -> connection.preparedQuery(NEW_STEPS).execute(Tuple.of(id, run, tenant.value())))
        .call(run -> jobs.put(connection, RunRef.RUN, Jobs.run(tenant, execution, run), now))
        .call(
            run ->
                JournalTable.append(
                    connection, tenant, execution, run, new Line.RunRequested(now, kind, by)));
  }

  /** What was said while a run went on is answered by the next one. */
  Uni<Void> answerNext(SqlConnection connection, Lease lease, Line.RunEnded ended) {
    return ended.status() == ExecutionStatus.DESTROYED
        ? Uni.createFrom().voidItem()
        : answerNext(connection, lease.tenant(), lease.execution(), lease.run());
  }

  Uni<Void> answerNext(
      SqlConnection connection, TenantId tenant, ExecutionId execution, int ended) {
    return connection
        .preparedQuery(WAITS)
        .execute(Tuple.of(execution.toString(), ended))
        .chain(
            waiting ->
                waiting.size() == 0
                    ? Uni.createFrom().voidItem()
                    : begin(connection, tenant, execution, RunKind.CHAT, null, USER, Yes.NOBODYS)
                        .replaceWithVoid());
  }
}

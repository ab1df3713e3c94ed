package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.Instant;

/**
 * Hands jobs to the queue inside the transaction that makes them: both last, or neither. The rows
 * are db-scheduler's own.
 */
final class Jobs {
  /** Where every node hears that somebody wants a run to stop; the payload is the execution. */
  static final String CANCEL_CHANNEL = "tmuxbuilder_cancel";

  /**
   * Start-time fair queueing (Goyal, Vin and Cheng, 1996): a run's turn is the one that is served
   * now, or the one after the last of its tenant's that still wait, whichever is later. The queue
   * takes the lowest turn first, of equal ones the one that waits longest. So who asks for one site
   * is next, however many another has asked for, and a tenant's own runs keep their order.
   */
  private static final String PUT =
      """
      with mine as (
        select greatest(
                 coalesce(-(select min(priority) from scheduled_tasks where picked),
                          -(select max(priority) from scheduled_tasks),
                          0),
                 coalesce((select max(turn) + 1 from runs
                            where tenant_id = $5 and status = 'pending'), 0)) as turn
      ), kept as (
        update runs set turn = mine.turn from mine where execution_id = $6 and run = $7
      )
      insert into scheduled_tasks
             (task_name, task_instance, task_data, execution_time, picked, version, priority)
      select $1, $2, $3, $4, false, 1, -mine.turn from mine
      on conflict do nothing
      """;

  private static final String TAKE_BACK =
      "delete from scheduled_tasks where task_name = $1 and task_instance = $2 and not picked";

  private Jobs() {}

  static Uni<Void> put(SqlConnection connection, String kind, RunRef job, Instant now) {
    return connection
        .preparedQuery(PUT)
        .execute(
            Tuple.tuple()
                .addValue(kind)
                .addValue(job.instance())
                .addValue(Buffer.buffer(Json.bytes(job)))
                .addValue(Rows.time(now))
                .addValue(job.tenant())
                .addValue(job.execution())
                .addValue(job.run()))
        .replaceWithVoid();
  }

  /** Whether nobody had begun with it. */
  static Uni<Boolean> takeBack(SqlConnection connection, RunRef job) {
    return connection
        .preparedQuery(TAKE_BACK)
        .execute(Tuple.of(RunRef.RUN, job.instance()))
        .map(rows -> rows.rowCount() == 1);
  }

  static Uni<Void> tellOwner(SqlConnection connection, ExecutionId execution) {
    return connection
        .preparedQuery("select pg_notify($1, $2)")
        .execute(Tuple.of(CANCEL_CHANNEL, execution.toString()))
        .replaceWithVoid();
  }

  static RunRef run(TenantId tenant, ExecutionId execution, int run) {
    return new RunRef(tenant.value(), execution.toString(), run);
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/**
 * Hands jobs to the queue inside the transaction that makes them: both last, or neither. The rows
 * are db-scheduler's own. A tenant that has enough runs in the queue has its others held back; each
 * that ends lets the next one in.
 */
@ApplicationScoped
class Jobs {
  /** Where every node hears that somebody wants a run to stop; the payload is the execution. */
  static final String CANCEL_CHANNEL = "tmuxbuilder_cancel";

  /** When the queue would take a run that is held back: never, as far as it can tell. */
  private static final String NEVER = "timestamptz '9999-01-01 00:00Z'";

  /** An execution's name begins with its user's. */
  private static final int USER = 36;

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
                            where tenant_id = $5 and status = 'pending'), 0)) as turn,
               $7 > 0 and (others.of_tenant >= $8 or others.of_user >= $9) as held
          from (select count(*) as of_tenant,
                       count(*) filter (where left(execution_id, %1$d) = left($6, %1$d)) as of_user
                  from runs
                 where tenant_id = $5 and status in ('pending', 'running') and not held
                   and (execution_id, run) <> ($6, $7)) others
      ), kept as (
        update runs set turn = mine.turn, held = mine.held
          from mine where execution_id = $6 and run = $7
      )
      insert into scheduled_tasks
             (task_name, task_instance, task_data, execution_time, picked, version, priority)
      select $1, $2, $3, case when mine.held then %2$s else least($4, clock_timestamp()) end, false, 1, -mine.turn from mine
      on conflict do nothing
      """
          .formatted(USER, NEVER);

  private static final String LET_IN = "select let_in($1, $2, $3, $4)";

  /** One at a time for each tenant, so that none is overlooked by two who count at once. */
  private static final String COUNT_ALONE = "select pg_advisory_xact_lock(hashtextextended($1, 1))";

  private static final String WAITING =
      "select count(*) as waiting from runs where tenant_id = $1 and status = 'pending'";

  private static final String TAKE_BACK =
      "delete from scheduled_tasks where task_name = $1 and task_instance = $2 and not picked";

  /** A later run's job stays: it finds the run over, and brings the copy on disk up to date. */
  private static final String HASTEN =
      "update scheduled_tasks set execution_time = clock_timestamp()"
          + " where task_name = $1 and task_instance = $2 and not picked";

  private final long maxWaiting;
  private final long perTenant;
  private final long perUser;

  Jobs(Settings settings) {
    this.maxWaiting = settings.runs().maxWaitingPerTenant();
    this.perTenant = settings.runs().perTenant();
    this.perUser = settings.runs().perUser();
  }

  /**
   * @param now by this node's clock; where that is ahead of the database's, the queue goes by the
   *     database's
   */
  Uni<Void> put(SqlConnection connection, String kind, RunRef job, Instant now) {
    return Transactions.together(
        countAlone(connection, job.tenantId()),
        connection
            .preparedQuery(PUT)
            .execute(
                Tuple.tuple()
                    .addValue(kind)
                    .addValue(job.instance())
                    .addValue(Buffer.buffer(Json.bytes(job)))
                    .addValue(Rows.time(now))
                    .addValue(job.tenant())
                    .addValue(job.execution())
                    .addValue(job.run())
                    .addValue(perTenant)
                    .addValue(perUser)));
  }

  /** The tenant has too many runs that wait. */
  static final class NoRoom extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoRoom() {
      super("too many runs of one tenant wait", null, false, false);
    }
  }

  /** Fails with {@link NoRoom} where the tenant has as many runs waiting as it may have. */
  Uni<Void> requireRoom(SqlConnection connection, TenantId tenant) {
    return connection
        .preparedQuery(WAITING)
        .execute(Tuple.of(tenant.value()))
        .invoke(
            rows -> {
              if (Rows.first(rows).orElseThrow().getLong("waiting") >= maxWaiting) {
                throw new NoRoom();
              }
            })
        .replaceWithVoid();
  }

  /** Lets runs into the queue that were held back, now that one of their tenant's has ended. */
  Uni<Void> letIn(SqlConnection connection, TenantId tenant, Instant now) {
    return connection
        .preparedQuery(LET_IN)
        .execute(Tuple.of(tenant.value(), perTenant, perUser, Rows.time(now)))
        .replaceWithVoid();
  }

  /** How many runs of a tenant and of a user the queue has at a time. */
  record Limits(long perTenant, long perUser) {}

  Limits limits() {
    return new Limits(perTenant, perUser);
  }

  private static Uni<?> countAlone(SqlConnection connection, TenantId tenant) {
    return connection.preparedQuery(COUNT_ALONE).execute(Tuple.of(tenant.toString()));
  }

  /** Whether nobody had begun with it. */
  static Uni<Boolean> takeBack(SqlConnection connection, RunRef job) {
    return connection
        .preparedQuery(job.run() == 1 ? TAKE_BACK : HASTEN)
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

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.RunJournal;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import dev.tmuxbuilder.platform.NodeName;
import dev.tmuxbuilder.queue.NoOpNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Clock;
import java.time.Duration;

/** Another node, as far as the journal is concerned: it takes runs from the queue and writes. */
public final class Pen implements AutoCloseable {
  /** Its name among the nodes. */
  public static final NodeName NODE = new NodeName("pen");

  /** As the queue does it, but for a heartbeat that nobody has to repeat. */
  private static final String PICK =
      "update scheduled_tasks set picked = true, picked_by = $2,"
          + " last_heartbeat = now() + interval '1 day', version = version + 1"
          + " where task_name = 'run' and task_instance = $1 and not picked";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;
  private final Transactions transactions;
  private final ExecutionStore store;

  /**
   * @param url as in {@code quarkus.datasource.reactive.url}
   * @param user the role that the service works with
   */
  public Pen(String url, String user, String password, int connections) {
    this(url, user, password, connections, JournalNotices::new);
  }

  /** One that dies between what it commits and the word of it: nobody is told. */
  public static Pen mute(String url, String user, String password) {
    return new Pen(url, user, password, 1, Mute::new);
  }

  private interface Notices {
    JournalNotices of(io.vertx.mutiny.sqlclient.Pool pool, Watchers watchers);
  }

  private static final class Mute extends JournalNotices {
    Mute(io.vertx.mutiny.sqlclient.Pool pool, Watchers watchers) {
      super(pool, watchers);
    }

    @Override
    Uni<Void> tell(ExecutionId execution, long lastSeq) {
      return Uni.createFrom().voidItem();
    }
  }

  private Pen(String url, String user, String password, int connections, Notices notices) {
    pool =
        PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(connections))
            .connectingTo(
                StatementCache.keepingAll(
                    PgConnectOptions.fromUri(url).setUser(user).setPassword(password)))
            .using(vertx)
            .build();
    var mutiny = new io.vertx.mutiny.sqlclient.Pool(pool);
    transactions = new Transactions(mutiny);
    Jobs jobs = new Jobs(NoOpNode.settings(1));
    store =
        new ExecutionStore(
            transactions,
            new GroupCommit(transactions),
            jobs,
            notices.of(mutiny, new Deaf()),
            NODE,
            new JournalMeters(new SimpleMeterRegistry()),
            new NextRuns(jobs, java.time.Clock.systemUTC()),
            new QuotaStore(transactions, NoOpNode.settings(1), java.time.Clock.systemUTC()));
  }

  /** The engine's side of the store. */
  public Executions executions() {
    return store;
  }

  /** Makes itself the owner of the newest run, which nobody has begun with. */
  public Owned own(ExecutionId execution) {
    TenantId tenant = tenant(execution);
    Job job =
        store
            .snapshot(tenant, execution, 0, 0)
            .map(found -> found.orElseThrow().run())
            .call(
                run ->
                    transactions.inTenant(
                        tenant,
                        connection ->
                            connection
                                .preparedQuery(PICK)
                                .execute(
                                    Tuple.of(
                                        Jobs.run(tenant, execution, run).instance(), NODE.value()))
                                .invoke(rows -> require(rows.rowCount() == 1, execution))))
            .chain(run -> store.takeUp(tenant, execution, run))
            .await()
            .atMost(PATIENCE)
            .orElseThrow();
    return new Owned(
        new RunJournal(store, job.lease(), Clock.systemUTC()), snapshot(execution).lastSeq());
  }

  /** From here on the other nodes see that this one is silent, and take up what it has. */
  public void fallSilent(ExecutionId execution) {
    TenantId tenant = tenant(execution);
    transactions
        .inTenant(
            tenant,
            connection ->
                connection
                    .preparedQuery(
                        "update scheduled_tasks set last_heartbeat = now() - interval '1 hour'"
                            + " where picked_by = $1")
                    .execute(Tuple.of(NODE.value())))
        .await()
        .atMost(PATIENCE);
  }

  private static void require(boolean taken, ExecutionId execution) {
    if (!taken) {
      throw new IllegalStateException(execution + " does not wait in the queue");
    }
  }

  /** A run's journal and the number of its newest event. */
  public record Owned(RunJournal journal, long lastSeq) {}

  public Snapshot snapshot(ExecutionId execution) {
    return store
        .snapshot(tenant(execution), execution, 0, 0)
        .await()
        .atMost(PATIENCE)
        .orElseThrow();
  }

  /** How often a connection that is asked now keeps the statement prepared: once, or not at all. */
  long kept(String sql) {
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery(
                        "select count(*) as kept from pg_prepared_statements where statement = $1")
                    .execute(Tuple.of(sql)))
        .map(rows -> rows.iterator().next().getLong("kept"))
        .await()
        .atMost(PATIENCE);
  }

  private TenantId tenant(ExecutionId execution) {
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery("select tenant_of_user($1) as tenant")
                    .execute(Tuple.of(execution.user().value())))
        .map(
            rows -> {
              Row row = rows.iterator().next();
              return new TenantId(row.getUUID("tenant"));
            })
        .await()
        .atMost(PATIENCE);
  }

  @Override
  public void close() {
    pool.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  /** Nobody watches here: the nodes hear of it from the database. */
  private static final class Deaf implements Watchers {
    @Override
    public void grown(ExecutionId execution, long lastSeq) {}

    @Override
    public void hearing(boolean others) {}
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The questions that reach over all tenants, each a function of the database's owner. */
@ApplicationScoped
class OverviewStore implements Overview {
  private static final String LOCK =
      """
      select e.status, e.destroy_requested, r.run, r.status as run_status
        from executions e
        join runs r on r.execution_id = e.execution_id and r.run = e.run
       where e.execution_id = $1
         for update of e
      """;

  private final Transactions transactions;
  private final Jobs jobs;
  private final Watchers watchers;
  private final Clock clock;

  OverviewStore(Transactions transactions, Jobs jobs, Watchers watchers, Clock clock) {
    this.transactions = transactions;
    this.jobs = jobs;
    this.watchers = watchers;
    this.clock = clock;
  }

  @Override
  public Uni<List<Working>> underWay() {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from work_under_way()")
                .execute()
                .map(rows -> list(rows, OverviewStore::working)));
  }

  private static Working working(Row row) {
    Integer step = row.getInteger("step");
    Long stepLongest = row.getLong("step_longest_ms");
    return new Working(
        new Lease(
            new TenantId(row.getUUID("tenant_id")),
            ExecutionId.of(row.getString("execution_id")),
            row.getInteger("run"),
            row.getLong("lease")),
        step == null ? null : StepName.values()[step - 1],
        Duration.ofMillis(row.getLong("longest_ms")),
        stepLongest == null ? null : Duration.ofMillis(stepLongest),
        row.getBoolean("destroys"));
  }

  @Override
  public Uni<List<Waiting>> waiting(int limit) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from waiting_work($1)")
                .execute(Tuple.of(limit))
                .map(
                    rows ->
                        list(
                            rows,
                            row ->
                                new Waiting(
                                    ExecutionId.of(row.getString("execution_id")),
                                    row.getInteger("run"),
                                    Rows.named(row, "waits_for", WaitsFor.class),
                                    Rows.instant(row, "since")))));
  }

  @Override
  public Uni<List<Tenant>> tenants(int limit) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from all_tenants($1)")
                .execute(Tuple.of(limit))
                .map(
                    rows ->
                        list(
                            rows,
                            row ->
                                new Tenant(
                                    new TenantId(row.getUUID("tenant_id")),
                                    Optional.ofNullable(row.getString("name")),
                                    row.getLong("members"),
                                    row.getLong("sites"),
                                    Rows.instant(row, "created_at")))));
  }

  @Override
  public Uni<List<Archive.Session>> sessions(Optional<Archive.Place> before, int limit) {
    Archive.Place place = before.orElse(ArchiveStore.NEWEST);
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from all_sessions($1, $2, $3)")
                .execute(Tuple.of(Rows.time(place.createdAt()), place.sessionId(), limit))
                .map(rows -> list(rows, ArchiveStore::session)));
  }

  @Override
  public Uni<List<RunRef>> withoutJob() {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from work_without_job()")
                .execute()
                .map(
                    rows ->
                        list(
                            rows,
                            row ->
                                new RunRef(
                                    row.getUUID("tenant_id"),
                                    row.getString("execution_id"),
                                    row.getInteger("run")))));
  }

  @Override
  public Uni<Boolean> putBack(RunRef work) {
    return transactions
        .inTenant(
            work.tenantId(),
            connection ->
                connection
                    .preparedQuery(LOCK)
                    .execute(Tuple.of(work.execution()))
                    .map(Rows::first)
                    .chain(
                        found ->
                            found.filter(row -> isOwed(row, work)).isPresent()
                                ? putBack(connection, work, found.get().getInteger("run"))
                                : Uni.createFrom().item(false)))
        .invoke(
            done -> {
              if (done) {
                watchers.grown(work.executionId(), Watchers.SOMETHING);
              }
            });
  }

  private static boolean isOwed(Row row, RunRef work) {
    if (row.getString("status").equals(ExecutionStatus.DESTROYED.wire())) {
      return false;
    }
    String status = row.getString("run_status");
    return work.run() == 0
        ? row.getBoolean("destroy_requested")
        : row.getInteger("run") == work.run()
            && (status.equals("pending") || status.equals("running"));
  }

  private Uni<Boolean> putBack(SqlConnection connection, RunRef work, int newestRun) {
    Instant now = clock.instant();
    String kind = work.run() == 0 ? RunRef.DESTROY : RunRef.RUN;
    return connection
        .preparedQuery("select 1 from scheduled_tasks where task_name = $1 and task_instance = $2")
        .execute(Tuple.of(kind, work.instance()))
        .chain(
            known ->
                known.size() > 0
                    ? Uni.createFrom().item(false)
                    : jobs.put(connection, kind, work, now)
                        .chain(
                            () ->
                                JournalTable.append(
                                    connection,
                                    work.tenantId(),
                                    work.executionId(),
                                    newestRun,
                                    mended(
                                        now,
                                        "No node would have come to this: it is in the queue"
                                            + " again")))
                        .replaceWith(true));
  }

  private static Line mended(Instant now, String words) {
    return new Line.Log(now, Level.WARN, null, "reconcile", words, Map.of());
  }

  @Override
  public Uni<Void> tell(Mender.Told told) {
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery("select tenant_of($1) as tenant_id")
                    .execute(Tuple.of(told.execution().toString()))
                    .map(
                        rows ->
                            Rows.first(rows)
                                .map(row -> row.getUUID("tenant_id"))
                                .map(TenantId::new)))
        .chain(
            tenant -> tenant.isPresent() ? tell(tenant.get(), told) : Uni.createFrom().voidItem());
  }

  private Uni<Void> tell(TenantId tenant, Mender.Told told) {
    return transactions
        .inTenant(
            tenant,
            connection ->
                connection
                    .preparedQuery(LOCK)
                    .execute(Tuple.of(told.execution().toString()))
                    .map(rows -> Rows.first(rows).orElseThrow().getInteger("run"))
                    .chain(
                        run ->
                            JournalTable.append(
                                connection,
                                tenant,
                                told.execution(),
                                run,
                                mended(clock.instant(), told.words()))))
        .invoke(newest -> watchers.grown(told.execution(), newest))
        .replaceWithVoid();
  }

  @Override
  public Uni<Set<String>> notExecutions(Collection<String> names) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select name from not_executions($1) name")
                .execute(Tuple.of(names.toArray(String[]::new)))
                .map(rows -> Set.copyOf(list(rows, row -> row.getString("name")))));
  }

  private static <T> List<T> list(Iterable<Row> rows, java.util.function.Function<Row, T> reader) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(reader)
        .collect(Collectors.toUnmodifiableList());
  }
}

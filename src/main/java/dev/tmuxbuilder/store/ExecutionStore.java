package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepResult;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The engine's side of the store: who owns a run, what it has done, what it writes. */
@ApplicationScoped
class ExecutionStore implements Executions {
  private static final String LOCK =
      """
      select e.*, e.result::text as result_text, e.error::text as error_text,
             u.email, u.phone,
             r.kind, r.status as run_status, r.target_release, r.requested_by, r.cancel_requested, r.live_before,
             r.started_at is not null as resumed
        from executions e
        join users u using (user_id)
        join runs r on r.execution_id = e.execution_id and r.run = e.run
       where e.execution_id = $1
         for update of e
      """;

  private static final String EXECUTION =
      """
      select e.*, u.email, u.phone
        from executions e
        join users u using (user_id)
       where e.execution_id = $1
      """;

  private static final String TAKE =
      "update executions set lease = lease + 1 where execution_id = $1 returning lease";

  private static final String STEPS =
      "select step, status, result::text as result, started_at, finished_at from steps"
          + " where execution_id = $1 and run = $2 and status = 'completed'";

  private static final String RELEASE =
      "select release, run, source_commit, artifact_sha256, files::text as files"
          + " from releases where execution_id = $1 and release = $2";

  private static final String FACTS =
      """
      select (select coalesce(max(release), 0) from releases where execution_id = $1) as last_release,
             exists (select 1 from steps where execution_id = $1 and step = 3
                                           and status = 'completed') as generated
      """;

  private final Transactions transactions;
  private final Watchers watchers;

  ExecutionStore(Transactions transactions, Watchers watchers) {
    this.transactions = transactions;
    this.watchers = watchers;
  }

  @Override
  public Uni<Optional<Job>> takeUp(TenantId tenant, ExecutionId execution, int run) {
    return transactions.inTenant(
        tenant,
        connection ->
            lock(connection, execution)
                .chain(
                    found ->
                        found.filter(row -> isOpen(row, run)).isPresent()
                            ? take(connection, found.orElseThrow(), false).map(Optional::of)
                            : Uni.createFrom().item(Optional.empty())));
  }

  private static boolean isOpen(Row row, int run) {
    String status = row.getString("run_status");
    return row.getInteger("run") == run
        && (status.equals("pending") || status.equals("running"))
        && !row.getString("status").equals(ExecutionStatus.DESTROYED.wire());
  }

  @Override
  public Uni<Optional<Job>> takeUpDestroy(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(
        tenant,
        connection ->
            lock(connection, execution)
                .chain(
                    found -> {
                      if (found.isEmpty() || found.get().getString("status").equals("destroyed")) {
                        return Uni.createFrom().item(Optional.empty());
                      }
                      Row row = found.get();
                      if (isOpen(row, row.getInteger("run"))) {
                        return Uni.createFrom().failure(new StillRunning(execution));
                      }
                      return take(connection, row, true).map(Optional::of);
                    }));
  }

  private static Uni<Optional<Row>> lock(SqlConnection connection, ExecutionId execution) {
    return connection.preparedQuery(LOCK).execute(Tuple.of(execution.toString())).map(Rows::first);
  }

  private static Uni<Job> take(SqlConnection connection, Row row, boolean destroy) {
    Execution execution = execution(row);
    String id = execution.id().toString();
    int run = row.getInteger("run");
    Integer live = row.getInteger(destroy ? "release" : "live_before");
    return Uni.combine()
        .all()
        .unis(
            connection.preparedQuery(TAKE).execute(Tuple.of(id)),
            connection.preparedQuery(STEPS).execute(Tuple.of(id, run)),
            connection.preparedQuery(RELEASE).execute(Tuple.of(id, live)),
            connection.preparedQuery(FACTS).execute(Tuple.of(id)))
        .asTuple()
        .map(
            answers -> {
              Map<StepName, StepResult> done = new EnumMap<>(StepName.class);
              Map<StepName, Long> durations = new EnumMap<>(StepName.class);
              for (Row step : answers.getItem2()) {
                StepName name = Rows.step(step);
                done.put(name, Rows.result(name, step.getString("result")));
                durations.put(
                    name,
                    Duration.between(
                            Rows.instant(step, "started_at"), Rows.instant(step, "finished_at"))
                        .toMillis());
              }
              Row facts = Rows.first(answers.getItem4()).orElseThrow();
              long token = Rows.first(answers.getItem1()).orElseThrow().getLong("lease");
              return new Job(
                  execution,
                  new Lease(execution.tenant(), execution.id(), run, token),
                  destroy ? RunKind.DESTROY : Rows.named(row, "kind", RunKind.class),
                  Optional.ofNullable(row.getInteger("target_release")),
                  row.getString("requested_by"),
                  destroy ? Map.of() : done,
                  destroy ? Map.of() : durations,
                  row.getBoolean("resumed"),
                  facts.getInteger("last_release"),
                  Rows.first(answers.getItem3()).map(Rows::release),
                  facts.getBoolean("generated"),
                  row.getBoolean("cancel_requested") || row.getBoolean("destroy_requested"));
            });
  }

  @Override
  public Uni<Optional<Execution>> execution(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(EXECUTION)
                .execute(Tuple.of(execution.toString()))
                .map(rows -> Rows.first(rows).map(ExecutionStore::execution)));
  }

  private static Execution execution(Row row) {
    return new Execution(
        ExecutionId.of(row.getString("execution_id")),
        new TenantId(row.getUUID("tenant_id")),
        row.getString("email"),
        row.getString("phone"),
        Rows.named(row, "host_provider", HostProvider.class),
        Rows.named(row, "site_type", SiteType.class),
        Rows.named(row, "agent", AgentKind.class),
        row.getString("site_name"),
        row.getString("requirements"),
        Rows.instant(row, "created_at"));
  }

  @Override
  public Uni<Void> append(Lease lease, UUID batch, List<Line> lines) {
    return transactions
        .inTenant(
            lease.tenant(),
            connection ->
                JournalTable.append(connection, lease, batch, lines)
                    .call(
                        newest ->
                            newest.isPresent()
                                ? DerivedState.follow(connection, lease, lines)
                                : Uni.createFrom().voidItem()))
        .invoke(newest -> newest.ifPresent(seq -> watchers.grown(lease.execution(), seq)))
        .replaceWithVoid();
  }

  @Override
  public Uni<Optional<Release>> release(TenantId tenant, ExecutionId execution, int number) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(RELEASE)
                .execute(Tuple.of(execution.toString(), number))
                .map(rows -> Rows.first(rows).map(Rows::release)));
  }

  @Override
  public Uni<Optional<Receipt>> receipt(TenantId tenant, ExecutionId execution, int number) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select receipt::text as receipt from releases"
                        + " where execution_id = $1 and release = $2 and receipt is not null")
                .execute(Tuple.of(execution.toString(), number))
                .map(
                    rows ->
                        Rows.first(rows)
                            .map(row -> Rows.json(row.getString("receipt"), Receipt.class))));
  }

  @Override
  public Uni<Optional<Snapshot>> snapshot(
      TenantId tenant, ExecutionId execution, long since, int limit) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(SnapshotRow.QUERY)
                .execute(Tuple.of(execution.toString(), since, limit))
                .map(rows -> Rows.first(rows).map(row -> SnapshotRow.read(execution, row))));
  }
}

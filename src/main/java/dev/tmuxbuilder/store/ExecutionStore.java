package dev.tmuxbuilder.store;

import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Mending;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepResult;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import dev.tmuxbuilder.platform.NodeName;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The engine's side of the store: who owns a run, what it has done, what it writes. */
@ApplicationScoped
class ExecutionStore implements Executions {
  private static final String MODEL_USAGE =
      """
      select sum(requests)::bigint as requests, sum(output_tokens)::bigint as output,
             sum(input_tokens + cache_read_tokens + cache_write_tokens)::bigint as input,
             sum(cost_microusd)::bigint as cost
        from model_usage where execution_id = $1 and run = $2 having count(*) > 0
      """;

  private static final String LOCK =
      """
      select e.*, e.result::text as result_text, e.error::text as error_text,
             u.email, u.phone,
             r.kind, r.mending::text as mending, r.status as run_status, r.target_release, r.requested_by, r.cancel_requested, r.live_before,
             r.created_at as run_requested_at, r.started_at as run_started_at,
             exists (select 1 from scheduled_tasks t
                      where t.task_name = $2 and t.task_instance = $3 and t.picked
                        and t.picked_by = $4) as handed
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

  /** How many have taken up the run since it came to the step that it is at. */
  private static final String COUNT =
      """
      update runs r
         set owners = case when r.owners_at = e.current_step then r.owners + 1 else 1 end,
             owners_at = e.current_step
        from executions e
       where r.execution_id = $1 and r.run = $2 and e.execution_id = r.execution_id
      returning r.owners
      """;

  private static final String STEPS =
      "select step, status, result::text as result, started_at, finished_at from steps"
          + " where execution_id = $1 and run = $2 and status = 'completed'";

  private static final String UNDER_WAY =
      "select step from steps where execution_id = $1 and run = $2 and status = 'running'";

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
  private final Jobs jobs;
  private final Watchers watchers;
  private final NodeName node;
  private final JournalMeters meters;
  private final NextRuns runs;

  ExecutionStore(
      Transactions transactions,
      Jobs jobs,
      Watchers watchers,
      NodeName node,
      JournalMeters meters,
      NextRuns runs) {
    this.runs = runs;
    this.transactions = transactions;
    this.jobs = jobs;
    this.watchers = watchers;
    this.node = node;
    this.meters = meters;
  }

  @Override
  public Uni<Optional<Job>> takeUp(TenantId tenant, ExecutionId execution, int run) {
    return transactions.inTenant(
        tenant,
        connection ->
            lock(connection, RunRef.RUN, Jobs.run(tenant, execution, run))
                .chain(
                    found ->
                        found.filter(row -> isOpen(row, run)).isPresent()
                            ? take(connection, found.orElseThrow(), false).map(Optional::of)
                            : Uni.createFrom().item(Optional.empty())));
  }

  @Override
  public Uni<Optional<Job>> takeOver(Lease owner, @Nullable StepName step) {
    return transactions.inTenant(
        owner.tenant(),
        connection ->
            lock(connection, owner.execution())
                .chain(
                    found ->
                        found.isEmpty()
                                || !isOpen(found.get(), owner.run())
                                || found.get().getLong("lease") != owner.token()
                            ? Uni.createFrom().item(Optional.empty())
                            : takeOver(connection, found.get(), owner, step)));
  }

  private static Uni<Optional<Job>> takeOver(
      SqlConnection connection, Row row, Lease owner, @Nullable StepName step) {
    return connection
        .preparedQuery(UNDER_WAY)
        .execute(Tuple.of(owner.execution().toString(), owner.run()))
        .map(rows -> Rows.first(rows).map(Rows::step))
        .chain(
            now ->
                now.equals(Optional.ofNullable(step))
                    ? take(connection, row, false)
                        .call(ignored -> Jobs.tellOwner(connection, owner.execution()))
                        .map(Optional::of)
                    : Uni.createFrom().item(Optional.empty()));
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
            lock(connection, RunRef.DESTROY, Jobs.run(tenant, execution, 0))
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

  private Uni<Optional<Row>> lock(SqlConnection connection, ExecutionId execution) {
    return connection
        .preparedQuery(LOCK)
        .execute(Tuple.of(execution.toString(), "", "", node.value()))
        .map(Rows::first);
  }

  private Uni<Optional<Row>> lock(SqlConnection connection, String kind, RunRef job) {
    return connection
        .preparedQuery(LOCK)
        .execute(Tuple.of(job.execution(), kind, job.instance(), node.value()))
        .map(Rows::first)
        .invoke(found -> found.ifPresent(row -> requireHanded(row, job)));
  }

  /**
   * The queue must still say that the job is this node's. One that slept after it picked a job may
   * have lost it to another, over whom it must not rise.
   */
  private static void requireHanded(Row row, RunRef job) {
    if (!row.getBoolean("handed")) {
      throw new LeaseLost(new Lease(job.tenantId(), job.executionId(), job.run(), 0));
    }
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
            connection.preparedQuery(FACTS).execute(Tuple.of(id)),
            connection.preparedQuery(COUNT).execute(Tuple.of(id, run)))
        .asTuple()
        .map(
            answers -> {
              Map<StepName, StepResult> done = new EnumMap<>(StepName.class);
              Map<StepName, Long> durations = new EnumMap<>(StepName.class);
              for (Row step : answers.getItem2()) {
                StepName name = Rows.step(step);
                done.put(name, Rows.result(name, step.getString("result")));
                durations.put(name, Math.max(0, millis(step)));
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
                  Rows.instant(row, "run_requested_at"),
                  destroy
                      ? Optional.empty()
                      : Optional.ofNullable(row.getOffsetDateTime("run_started_at"))
                          .map(OffsetDateTime::toInstant),
                  facts.getInteger("last_release"),
                  Rows.first(answers.getItem3()).map(Rows::release),
                  facts.getBoolean("generated"),
                  row.getBoolean("cancel_requested") || row.getBoolean("destroy_requested"),
                  Optional.ofNullable(Rows.json(row.getString("mending"), Mending.class)),
                  Rows.first(answers.getItem5()).orElseThrow().getInteger("owners"));
            });
  }

  /** Negative where a clock was set back meanwhile. */
  private static long millis(Row step) {
    return Duration.between(Rows.instant(step, "started_at"), Rows.instant(step, "finished_at"))
        .toMillis();
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
        Optional.ofNullable(row.getString("template")),
        Rows.instant(row, "created_at"));
  }

  @Override
  public Uni<Void> append(Lease lease, UUID batch, List<Line> lines) {
    return meters
        .measure(
            lines.size(),
            transactions.inTenant(
                lease.tenant(),
                connection ->
                    JournalTable.append(connection, lease, batch, lines)
                        .call(
                            newest ->
                                newest.isPresent()
                                    ? follow(connection, lease, lines)
                                    : Uni.createFrom().voidItem())))
        .invoke(newest -> newest.ifPresent(seq -> watchers.grown(lease.execution(), seq)))
        .replaceWithVoid();
  }

  private Uni<Void> follow(SqlConnection connection, Lease lease, List<Line> lines) {
    Uni<Void> derived = DerivedState.follow(connection, lease, lines);
    Line last = lines.getLast();
    return last instanceof Line.RunEnded ended
        ? Transactions.together(derived, jobs.letIn(connection, lease.tenant(), last.at()))
            .chain(() -> runs.answerNext(connection, lease, ended))
        : derived;
  }

  @Override
  public Uni<Void> confirm(Lease lease) {
    return transactions.inTenant(
        lease.tenant(),
        connection ->
            connection
                .preparedQuery("select 1 from executions where execution_id = $1 and lease = $2")
                .execute(Tuple.of(lease.execution().toString(), lease.token()))
                .invoke(
                    found -> {
                      if (found.size() == 0) {
                        throw new LeaseLost(lease);
                      }
                    })
                .replaceWithVoid());
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
  public Uni<Optional<Receipt.ModelUsage>> modelUsage(
      TenantId tenant, ExecutionId execution, int run) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(MODEL_USAGE)
                .execute(Tuple.of(execution.toString(), run))
                .map(rows -> Rows.first(rows).map(ExecutionStore::modelUsage)));
  }

  private static Receipt.ModelUsage modelUsage(Row row) {
    return new Receipt.ModelUsage(
        "USD",
        BigDecimal.valueOf(row.getLong("cost"), 6).stripTrailingZeros(),
        row.getLong("requests"),
        row.getLong("input"),
        row.getLong("output"));
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
  public Uni<List<Task.Message>> messages(TenantId tenant, ExecutionId execution, int run) {
    return transactions.inTenant(tenant, connection -> ChatStore.ofRun(connection, execution, run));
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

  @Override
  public Uni<Optional<Long>> lastSeq(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("select last_seq from executions where execution_id = $1")
                .execute(Tuple.of(execution.toString()))
                .map(rows -> Rows.first(rows).map(row -> row.getLong("last_seq"))));
  }
}

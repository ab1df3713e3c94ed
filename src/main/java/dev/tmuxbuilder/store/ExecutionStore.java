package dev.tmuxbuilder.store;

import dev.tmuxbuilder.agent.Task;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.AgentMinutes;
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
import dev.tmuxbuilder.platform.NodeName;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Function;
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
             case when asked.yes or r.approves is not null then r.approved_by end as approved_by,
             asked.yes and r.approved_by is null and r.kind in ('build', 'chat', 'redeploy') as awaits_approval,
             exists (select 1 from runs made
                      where made.execution_id = r.execution_id and made.run = r.approves
                        and made.kind = 'build') as of_brief,
             r.created_at as run_requested_at, r.started_at as run_started_at,
             exists (select 1 from scheduled_tasks t
                      where t.task_name = $2 and t.task_instance = $3 and t.picked
                        and t.picked_by = $4) as handed
        from executions e
        join users u using (user_id)
        join runs r on r.execution_id = e.execution_id and r.run = e.run
        cross join lateral (
          select exists (select 1 from tenant_approvals a
                          where a.tenant_id = e.tenant_id
                            and e.host_provider = any(a.host_providers)) as yes) asked
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

  /**
   * Makes the caller the owner. Counts besides how many have taken up the run since it came to the
   * step that it is at, and sees what there is already.
   */
  private static final String TAKE =
      """
      with taken as (
        update executions set lease = lease + 1
         where execution_id = $1 returning lease, current_step
      ), counted as (
        update runs r
           set owners = case when r.owners_at = taken.current_step then r.owners + 1 else 1 end,
               owners_at = taken.current_step
          from taken
         where r.execution_id = $1 and r.run = $2
        returning r.owners
      )
      select lease, owners,
             (select coalesce(max(release), 0) from releases where execution_id = $1) as last_release,
             exists (select 1 from steps
                      where execution_id = $1 and step = 3 and status = 'completed') as generated
        from taken, counted
      """;

  private static final String IS_OWNED =
      "select 1 from executions where execution_id = $1 and lease = $2";

  private static final String STEPS =
      "select step, status, result::text as result, started_at, finished_at from steps"
          + " where execution_id = $1 and run = $2 and status = 'completed'";

  private static final String UNDER_WAY =
      "select step from steps where execution_id = $1 and run = $2 and status = 'running'";

  private static final String RELEASE =
      "select release, run, source_commit, artifact_sha256, files::text as files"
          + " from releases where execution_id = $1 and release = $2";

  /** How long the end of a run waits for the other nodes to hear of it. */
  private static final Duration LAST_WORD = Duration.ofSeconds(5);

  private final Transactions transactions;
  private final GroupCommit group;
  private final Jobs jobs;
  private final JournalNotices notices;
  private final NodeName node;
  private final JournalMeters meters;
  private final NextRuns runs;
  private final QuotaStore quotas;

  ExecutionStore(
      Transactions transactions,
      GroupCommit group,
      Jobs jobs,
      JournalNotices notices,
      NodeName node,
      JournalMeters meters,
      NextRuns runs,
      QuotaStore quotas) {
    this.runs = runs;
    this.quotas = quotas;
    this.transactions = transactions;
    this.group = group;
    this.jobs = jobs;
    this.notices = notices;
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
                            : tellAgain(execution, found).replaceWith(Optional.empty())));
  }

  /** Whoever brought the run to its end may have died before it told anybody. */
  private Uni<Void> tellAgain(ExecutionId execution, Optional<Row> ended) {
    ended.ifPresent(row -> notices.tell(execution, row.getLong("last_seq")));
    return Uni.createFrom().voidItem();
  }

  @Override
  public Uni<Optional<Job>> takeOver(Lease owner, @Nullable StepName step) {
    return transactions.inTenant(
        owner.tenant(),
        connection ->
            lock(connection, owner.execution())
                .chain(
                    found ->
                        found.isEmpty() || found.get().getLong("lease") != owner.token()
                            ? Uni.createFrom().item(Optional.empty())
                            : takeOver(connection, found.get(), owner, step)));
  }

  private static Uni<Optional<Job>> takeOver(
      SqlConnection connection, Row row, Lease owner, @Nullable StepName step) {
    if (isBeingDestroyed(row, owner.run())) {
      return take(connection, row, true)
          .call(ignored -> Jobs.tellOwner(connection, owner.execution()))
          .map(Optional::of);
    }
    if (!isOpen(row, owner.run())) {
      return Uni.createFrom().item(Optional.empty());
    }
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

  private static boolean isBeingDestroyed(Row row, int run) {
    return row.getBoolean("destroy_requested")
        && row.getString("status").equals("running")
        && !isOpen(row, run);
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
                        return tellAgain(execution, found).replaceWith(Optional.empty());
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
    boolean begun = destroy || row.getOffsetDateTime("run_started_at") != null;
    return Uni.combine()
        .all()
        .unis(
            connection.preparedQuery(TAKE).execute(Tuple.of(id, run)).map(Rows::first),
            begun
                ? connection
                    .preparedQuery(STEPS)
                    .execute(Tuple.of(id, run))
                    .map(rows -> Rows.list(rows, Function.identity()))
                : Uni.createFrom().item(List.<Row>of()),
            live == null
                ? Uni.createFrom().item(Optional.<Row>empty())
                : connection.preparedQuery(RELEASE).execute(Tuple.of(id, live)).map(Rows::first))
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
              Row facts = answers.getItem1().orElseThrow();
              long token = facts.getLong("lease");
              return new Job(
                  execution,
                  new Lease(execution.tenant(), execution.id(), run, token),
                  destroy ? RunKind.DESTROY : Rows.named(row, "kind", RunKind.class),
                  Optional.ofNullable(row.getInteger("target_release")),
                  row.getString("requested_by"),
                  Optional.ofNullable(row.getString("approved_by")),
                  row.getBoolean("awaits_approval"),
                  row.getBoolean("of_brief"),
                  destroy ? Map.of() : done,
                  destroy ? Map.of() : durations,
                  Rows.instant(row, "run_requested_at"),
                  destroy
                      ? Optional.empty()
                      : Optional.ofNullable(row.getOffsetDateTime("run_started_at"))
                          .map(OffsetDateTime::toInstant),
                  facts.getInteger("last_release"),
                  answers.getItem3().map(Rows::release),
                  facts.getBoolean("generated"),
                  row.getBoolean("cancel_requested") || row.getBoolean("destroy_requested"),
                  Optional.ofNullable(Rows.json(row.getString("mending"), Mending.class)),
                  facts.getInteger("owners"));
            });
  }

  /** Negative where a clock was set back meanwhile. */
  private static long millis(Row step) {
    return Duration.between(Rows.instant(step, "started_at"), Rows.instant(step, "finished_at"))
        .toMillis();
  }

  @Override
  public Uni<Optional<Execution>> execution(TenantId tenant, ExecutionId execution) {
    return transactions
        .alone(tenant, Statement.of(EXECUTION, execution.toString()))
        .map(rows -> Rows.first(rows).map(ExecutionStore::execution));
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
            written(lease, batch, lines)
                .chain(
                    newest ->
                        newest.isPresent()
                            ? Uni.createFrom().item(newest.getAsLong())
                            : writtenBefore(lease, batch)))
        .call(newest -> told(notices.tell(lease.execution(), newest), lines.getLast()))
        .replaceWithVoid();
  }

  private Uni<OptionalLong> written(Lease lease, UUID batch, List<Line> lines) {
    List<Statement> after = DerivedState.statements(lease, lines);
    return after.isEmpty()
        ? group
            .append(JournalTable.append(lease, batch, lines, jobs.limits()))
            .chain(
                newest ->
                    newest.isPresent() && newest.getAsLong() == JournalTable.MORE_WAS_SAID
                        ? written(lease, batch, lines, after)
                        : Uni.createFrom().item(newest))
        : written(lease, batch, lines, after);
  }

  private Uni<OptionalLong> written(
      Lease lease, UUID batch, List<Line> lines, List<Statement> after) {
    return transactions.inTenant(
        lease.tenant(),
        connection ->
            JournalTable.append(lease, batch, lines, null)
                .execute(connection)
                .map(JournalTable::newest)
                .call(
                    newest ->
                        newest.isPresent()
                            ? follow(connection, lease, after, lines.getLast())
                            : Uni.createFrom().voidItem()));
  }

  private Uni<Void> follow(
      SqlConnection connection, Lease lease, List<Statement> after, Line last) {
    List<Uni<?>> all = new ArrayList<>();
    after.forEach(statement -> all.add(statement.execute(connection)));
    if (!(last instanceof Line.RunEnded ended)) {
      return Transactions.together(all.toArray(Uni<?>[]::new));
    }
    all.add(jobs.letIn(connection, lease.tenant(), ended.at()));
    return Transactions.together(all.toArray(Uni<?>[]::new))
        .chain(() -> runs.answerNext(connection, lease, ended));
  }

  /** The number of the batch's last line, whose commit nobody heard of; or the lease is lost. */
  private Uni<Long> writtenBefore(Lease lease, UUID batch) {
    return transactions
        .alone(lease.tenant(), JournalTable.written(lease, batch))
        .map(
            found ->
                Rows.first(found)
                    .map(row -> row.getLong("last_seq"))
                    .orElseThrow(() -> new LeaseLost(lease)));
  }

  /** Nobody follows who would tell of a run's last line instead. */
  private static Uni<Void> told(Uni<Void> others, Line last) {
    return last instanceof Line.RunEnded
        ? others.ifNoItem().after(LAST_WORD).recoverWithItem(() -> null)
        : Uni.createFrom().voidItem();
  }

  @Override
  public Uni<Void> confirm(Lease lease) {
    return transactions
        .alone(lease.tenant(), Statement.of(IS_OWNED, lease.execution().toString(), lease.token()))
        .invoke(
            found -> {
              if (found.size() == 0) {
                throw new LeaseLost(lease);
              }
            })
        .replaceWithVoid();
  }

  @Override
  public Uni<Optional<Release>> release(TenantId tenant, ExecutionId execution, int number) {
    return transactions
        .alone(tenant, Statement.of(RELEASE, execution.toString(), number))
        .map(rows -> Rows.first(rows).map(Rows::release));
  }

  @Override
  public Uni<Optional<Receipt.ModelUsage>> modelUsage(
      TenantId tenant, ExecutionId execution, int run) {
    return transactions
        .alone(tenant, Statement.of(MODEL_USAGE, execution.toString(), run))
        .map(rows -> Rows.first(rows).map(ExecutionStore::modelUsage));
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
  public Uni<Optional<AgentMinutes>> agentMinutes(TenantId tenant) {
    return quotas.agentMinutes(tenant);
  }

  @Override
  public Uni<Optional<Receipt>> receipt(TenantId tenant, ExecutionId execution, int number) {
    return transactions
        .alone(
            tenant,
            Statement.of(
                "select receipt::text as receipt from releases"
                    + " where execution_id = $1 and release = $2 and receipt is not null",
                execution.toString(),
                number))
        .map(
            rows ->
                Rows.first(rows).map(row -> Rows.json(row.getString("receipt"), Receipt.class)));
  }

  @Override
  public Uni<List<Task.Message>> messages(TenantId tenant, ExecutionId execution, int run) {
    return transactions.inTenant(tenant, connection -> ChatStore.ofRun(connection, execution, run));
  }

  @Override
  public Uni<Optional<Snapshot>> snapshot(
      TenantId tenant, ExecutionId execution, long since, int limit) {
    return transactions
        .alone(tenant, Statement.of(SnapshotRow.QUERY, execution.toString(), since, limit))
        .map(rows -> Rows.first(rows).map(row -> SnapshotRow.read(execution, row)));
  }

  @Override
  public Uni<Optional<Long>> lastSeq(TenantId tenant, ExecutionId execution) {
    return transactions
        .batch(JournalTable.NEWEST, List.of(Tuple.of(tenant.value(), execution.toString())))
        .map(
            answers -> {
              OptionalLong newest = JournalTable.newest(answers.getFirst());
              return newest.isPresent() ? Optional.of(newest.getAsLong()) : Optional.empty();
            });
  }
}

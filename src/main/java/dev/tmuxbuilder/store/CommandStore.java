package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.By;
import dev.tmuxbuilder.execution.Commands;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.OverQuota;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Requests for runs and for their end, each decided under the lock of the execution's row. */
@ApplicationScoped
class CommandStore implements Commands {
  private static final String LOCK =
      "select e.status, e.run, e.release, e.destroy_requested, r.status as run_status, r.kind as run_kind,"
          + " exists (select 1 from steps s where s.execution_id = e.execution_id and s.step = 3"
          + " and s.status = 'completed') as generated"
          + " from executions e"
          + " join runs r on r.execution_id = e.execution_id and r.run = e.run"
          + " where e.execution_id = $1 for update of e";

  /** The run has made something, and ended before it was published. */
  private static final String MADE =
      """
      select requested_by from runs r
       where execution_id = $1 and run = $2
         and exists (select 1 from steps s
                      where s.execution_id = $1 and s.run = $2 and s.step = 3
                        and s.status in ('completed', 'skipped'))
      """;

  /** Whoever has a bad release live, or pays for a machine, gets out of that whatever waits. */
  private static final Set<RunKind> WAYS_OUT = EnumSet.of(RunKind.STOP, RunKind.ROLLBACK);

  private final Transactions transactions;
  private final Jobs jobs;
  private final BudgetStore budgets;
  private final QuotaStore quotas;
  private final Watchers watchers;
  private final Clock clock;
  private final NextRuns runs;

  CommandStore(
      Transactions transactions,
      Jobs jobs,
      BudgetStore budgets,
      QuotaStore quotas,
      Watchers watchers,
      Clock clock,
      NextRuns runs) {
    this.runs = runs;
    this.transactions = transactions;
    this.budgets = budgets;
    this.quotas = quotas;
    this.jobs = jobs;
    this.watchers = watchers;
    this.clock = clock;
  }

  private static final OverQuota.What[] RELEASES = {OverQuota.What.STORAGE};
  private static final OverQuota.What[] AGENTS = {
    OverQuota.What.STORAGE, OverQuota.What.AGENT_MINUTES
  };

  private record State(
      ExecutionStatus status,
      int run,
      boolean live,
      boolean destroyRequested,
      boolean open,
      boolean begun,
      boolean chat,
      boolean generated) {
    static State of(Row row) {
      String runStatus = row.getString("run_status");
      return new State(
          Rows.named(row, "status", ExecutionStatus.class),
          row.getInteger("run"),
          row.getInteger("release") != null,
          row.getBoolean("destroy_requested"),
          runStatus.equals("pending") || runStatus.equals("running"),
          runStatus.equals("running"),
          row.getString("run_kind").equals(RunKind.CHAT.wire()),
          row.getBoolean("generated"));
    }

    /** What may not be used up where such a run is to begin; some make nothing. */
    OverQuota.What[] needs(RunKind kind) {
      return switch (kind) {
        case ROLLBACK, STOP, DESTROY -> new OverQuota.What[0];
        case BUILD, CHAT -> AGENTS;
        case REDEPLOY -> generated ? RELEASES : AGENTS;
      };
    }

    boolean atRest() {
      return !open
          && !destroyRequested
          && switch (status) {
            case COMPLETED, FAILED, CANCELLED -> true;
            case PENDING, RUNNING, WAITING_INPUT, DESTROYED -> false;
          };
    }
  }

  private interface Decision {
    Uni<Answer> on(SqlConnection connection, State state);
  }

  @Override
  public Uni<Answer> redeploy(TenantId tenant, ExecutionId execution, By by) {
    return decide(
        tenant,
        execution,
        (connection, state) ->
            state.atRest()
                ? nextRun(connection, state, tenant, execution, RunKind.REDEPLOY, null, by)
                : notNow(state));
  }

  @Override
  public Uni<Answer> approve(TenantId tenant, ExecutionId execution, int run, String by) {
    return decide(
        tenant,
        execution,
        (connection, state) ->
            state.status() != ExecutionStatus.WAITING_INPUT || state.open() || state.run() != run
                ? notNow(state)
                : connection
                    .preparedQuery(MADE)
                    .execute(Tuple.of(execution.toString(), run))
                    .chain(
                        made ->
                            Rows.first(made).isEmpty()
                                ? notNow(state)
                                : begin(
                                        connection,
                                        state,
                                        tenant,
                                        execution,
                                        RunKind.REDEPLOY,
                                        null,
                                        Rows.first(made).get().getString("requested_by"),
                                        new NextRuns.Yes(Optional.of(by), run))
                                    .map(Answer.Accepted::new)));
  }

  @Override
  public Uni<Answer> chat(TenantId tenant, ExecutionId execution, Said said, By by) {
    return decide(
        tenant,
        execution,
        (connection, state) -> {
          if (state.destroyRequested() || state.status() == ExecutionStatus.DESTROYED) {
            return notNow(state);
          }
          Uni<Integer> run =
              state.open()
                  ? quotas
                      .require(connection, OverQuota.What.AGENT_MINUTES)
                      .replaceWith(state.chat() && !state.begun() ? state.run() : state.run() + 1)
                  : begin(
                      connection,
                      state,
                      tenant,
                      execution,
                      RunKind.CHAT,
                      null,
                      by.name(),
                      new NextRuns.Yes(by.approval(), null));
          return run.call(
                  number -> by.approves() ? nothing() : askAnew(connection, execution, number))
              .call(
                  number ->
                      ChatStore.said(
                              execution,
                              tenant,
                              number,
                              new ChatStore.Word(
                                  said.id().toString(),
                                  "user",
                                  said.text(),
                                  Map.of(),
                                  clock.instant()))
                          .execute(connection))
              .call(
                  () ->
                      AttachmentStore.keep(
                          connection, tenant, execution, Optional.of(said.id()), said.files()))
              .map(Answer.Accepted::new);
        });
  }

  /** Words of somebody who may not say yes join those of somebody who may. */
  private static Uni<Void> askAnew(SqlConnection connection, ExecutionId execution, int run) {
    return connection
        .preparedQuery("update runs set approved_by = null where execution_id = $1 and run = $2")
        .execute(Tuple.of(execution.toString(), run))
        .replaceWithVoid();
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  @Override
  public Uni<Answer> rollback(TenantId tenant, ExecutionId execution, int release, String by) {
    return decide(
        tenant,
        execution,
        (connection, state) ->
            state.atRest()
                ? knows(connection, execution, release)
                    .chain(
                        known ->
                            known
                                ? nextRun(
                                    connection,
                                    state,
                                    tenant,
                                    execution,
                                    RunKind.ROLLBACK,
                                    release,
                                    new By(by, false))
                                : Uni.createFrom().item(new Answer.NoSuchRelease()))
                : notNow(state));
  }

  @Override
  public Uni<Answer> stop(TenantId tenant, ExecutionId execution, String by) {
    return decide(
        tenant,
        execution,
        (connection, state) ->
            state.atRest() && state.live()
                ? nextRun(
                    connection, state, tenant, execution, RunKind.STOP, null, new By(by, false))
                : notNow(state));
  }

  @Override
  public Uni<Answer> cancel(TenantId tenant, ExecutionId execution, String by) {
    return decide(
        tenant,
        execution,
        (connection, state) ->
            state.status() == ExecutionStatus.WAITING_INPUT && !state.open()
                ? cancelled(connection, tenant, execution, state.run())
                    .replaceWith((Answer) new Answer.Accepted(state.run()))
                : state.open()
                    ? stop(connection, tenant, execution, state, "Cancel was asked for by " + by)
                        .replaceWith((Answer) new Answer.Accepted(state.run()))
                    : notNow(state));
  }

  @Override
  public Uni<Answer> destroy(TenantId tenant, ExecutionId execution, String by) {
    return decide(
        tenant,
        execution,
        (connection, state) -> {
          Answer accepted = new Answer.Accepted(state.run());
          if (state.status() == ExecutionStatus.DESTROYED) {
            return Uni.createFrom().item(accepted);
          }
          String word = "Destruction was asked for by " + by;
          RunRef job = Jobs.run(tenant, execution, 0);
          return connection
              .preparedQuery(
                  "update executions set destroy_requested = true where execution_id = $1")
              .execute(Tuple.of(execution.toString()))
              .chain(() -> jobs.put(connection, RunRef.DESTROY, job, clock.instant()))
              .chain(
                  () ->
                      state.open()
                          ? stop(connection, tenant, execution, state, word)
                          : say(connection, tenant, execution, state.run(), word))
              .replaceWith(accepted);
        });
  }

  private Uni<Answer> decide(TenantId tenant, ExecutionId execution, Decision decision) {
    return transactions
        .inTenant(
            tenant,
            connection ->
                connection
                    .preparedQuery(LOCK)
                    .execute(Tuple.of(execution.toString()))
                    .chain(
                        rows -> {
                          Optional<Row> row = Rows.first(rows);
                          return row.isEmpty()
                              ? Uni.createFrom().item((Answer) new Answer.Unknown())
                              : decision.on(connection, State.of(row.get()));
                        }))
        .onFailure(Jobs.NoRoom.class)
        .recoverWithItem(new Answer.TooManyWaiting())
        .invoke(
            answer -> {
              if (answer instanceof Answer.Accepted) {
                watchers.grown(execution, Watchers.SOMETHING);
              }
            });
  }

  private static Uni<Answer> notNow(State state) {
    return Uni.createFrom().item(new Answer.NotNow(state.status()));
  }

  private static Uni<Boolean> knows(SqlConnection connection, ExecutionId execution, int release) {
    return connection
        .preparedQuery("select 1 from releases where execution_id = $1 and release = $2")
        .execute(Tuple.of(execution.toString(), release))
        .map(rows -> rows.size() == 1);
  }

  private Uni<Answer> nextRun(
      SqlConnection connection,
      State state,
      TenantId tenant,
      ExecutionId execution,
      RunKind kind,
      @Nullable Integer release,
      By by) {
    return begin(
            connection,
            state,
            tenant,
            execution,
            kind,
            release,
            by.name(),
            new NextRuns.Yes(by.approval(), null))
        .map(Answer.Accepted::new);
  }

  private Uni<Integer> begin(
      SqlConnection connection,
      State state,
      TenantId tenant,
      ExecutionId execution,
      RunKind kind,
      @Nullable Integer release,
      String by,
      NextRuns.Yes yes) {
    OverQuota.What[] needs = state.needs(kind);
    Uni<Void> allowed =
        needs.length == 0
            ? nothing()
            : budgets.require(connection).chain(() -> quotas.require(connection, needs));
    Uni<Void> room = WAYS_OUT.contains(kind) ? nothing() : jobs.requireRoom(connection, tenant);
    return room.chain(() -> allowed)
        .chain(() -> runs.begin(connection, tenant, execution, kind, release, by, yes));
  }

  /**
   * At once where nobody has begun, else by its owner, who is told, or by whoever takes it up next
   * where it has none.
   */
  private Uni<Void> stop(
      SqlConnection connection, TenantId tenant, ExecutionId execution, State state, String word) {
    return connection
        .preparedQuery(
            "update runs set cancel_requested = true where execution_id = $1 and run = $2")
        .execute(Tuple.of(execution.toString(), state.run()))
        .chain(() -> say(connection, tenant, execution, state.run(), word))
        .chain(
            () ->
                state.begun()
                    ? Uni.createFrom().item(false)
                    : Jobs.takeBack(connection, Jobs.run(tenant, execution, state.run())))
        .chain(
            takenBack ->
                takenBack
                    ? cancelled(connection, tenant, execution, state.run())
                    : Jobs.tellOwner(connection, execution));
  }

  /**
   * A node that was about to begin, and fell silent, may not go on when it wakes: the lease is
   * raised.
   */
  private Uni<Void> cancelled(
      SqlConnection connection, TenantId tenant, ExecutionId execution, int run) {
    Instant now = clock.instant();
    String id = execution.toString();
    return JournalTable.append(
            connection,
            tenant,
            execution,
            run,
            new Line.RunEnded(now, ExecutionStatus.CANCELLED, null, null))
        .chain(
            () ->
                connection
                    .preparedQuery(
                        "update runs set status = 'cancelled', finished_at = $3"
                            + " where execution_id = $1 and run = $2")
                    .execute(Tuple.of(id, run, Rows.time(now))))
        .chain(
            () ->
                connection
                    .preparedQuery(
                        "update executions set status = 'cancelled', lease = lease + 1"
                            + " where execution_id = $1")
                    .execute(Tuple.of(id)))
        .chain(() -> jobs.letIn(connection, tenant, now))
        .chain(() -> runs.answerNext(connection, tenant, execution, run));
  }

  private Uni<Void> say(
      SqlConnection connection, TenantId tenant, ExecutionId execution, int run, String word) {
    return JournalTable.append(
            connection,
            tenant,
            execution,
            run,
            new Line.Log(clock.instant(), Level.INFO, null, null, word, Map.of()))
        .replaceWithVoid();
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.JournalKeeping;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Users;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes what is not kept, tenant by tenant, by the functions that alone may. */
@ApplicationScoped
class JournalKeepingStore implements JournalKeeping {
  private static final String UNTOUCHABLE =
      "select e.run, made.run as live from executions e left join releases made"
          + " on made.execution_id = e.execution_id and made.release = e.release"
          + " where e.execution_id = $1";

  private final Transactions transactions;
  private final Users users;

  JournalKeepingStore(Transactions transactions, Users users) {
    this.transactions = transactions;
    this.users = users;
  }

  @Override
  public Uni<List<Due>> due(Policy policy, int most) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(
                    "select tenant_id, execution_id"
                        + " from executions_with_old_journals($1, $2, $3, $4)")
                .execute(Tuple.of(policy.runs(), Rows.time(policy.before()), policy.lines(), most))
                .map(
                    rows ->
                        Rows.list(
                            rows,
                            row ->
                                new Due(
                                    new TenantId(row.getUUID("tenant_id")),
                                    ExecutionId.of(row.getString("execution_id"))))));
  }

  @Override
  public Uni<Integer> remove(Due due, Policy policy, int most) {
    return transactions.inTenant(
        due.tenant(),
        connection ->
            connection
                .preparedQuery("select remove_old_journals($1, $2, $3, $4, $5) as removed")
                .execute(
                    Tuple.of(
                        due.execution().toString(),
                        policy.runs(),
                        Rows.time(policy.before()),
                        policy.lines(),
                        most))
                .map(rows -> Rows.first(rows).orElseThrow().getInteger("removed")));
  }

  @Override
  public Uni<Optional<Set<Integer>>> untouchable(ExecutionId execution) {
    return users
        .tenantOf(execution.user())
        .chain(
            tenant ->
                tenant.isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : transactions.inTenant(
                        tenant.get(),
                        connection ->
                            connection
                                .preparedQuery(UNTOUCHABLE)
                                .execute(Tuple.of(execution.toString()))
                                .map(rows -> Rows.first(rows).map(JournalKeepingStore::runs))));
  }

  private static Set<Integer> runs(Row row) {
    Set<Integer> runs = new HashSet<>(Set.of(row.getInteger("run")));
    Optional.ofNullable(row.getInteger("live")).ifPresent(runs::add);
    return runs;
  }
}

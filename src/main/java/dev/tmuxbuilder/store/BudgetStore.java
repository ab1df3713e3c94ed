package dev.tmuxbuilder.store;

import dev.tmuxbuilder.costs.Budgets;
import dev.tmuxbuilder.execution.OverBudget;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** What tenants may spend. */
@ApplicationScoped
class BudgetStore implements Budgets {
  /** Of the tenant that the transaction names. */
  private static final String BUDGET =
      """
      select b.monthly, b.currency, b.set_by, b.set_at,
             round(cost.spent, 2) as spent,
             round(cost.spent + whole.amount - part.amount, 2) as expected
        from tenant_budgets b
        cross join lateral (select greatest(coalesce(sum(c.estimated), 0),
                                            coalesce(sum(c.actual), 0)) as spent
                              from site_costs($1, $1, $2) c where c.currency = b.currency) cost
        cross join lateral (select coalesce(sum(e.amount), 0) as amount
                              from site_estimates($1, $1, 'infinity') e
                             where e.currency = b.currency) whole
        cross join lateral (select coalesce(sum(e.amount), 0) as amount
                              from site_estimates($1, $1, $2) e
                             where e.currency = b.currency) part
      """;

  private static final String SET =
      """
      insert into tenant_budgets (tenant_id, monthly, currency, set_by, set_at)
      select tenant_id, $2, $3, $4, $5 from tenants where tenant_id = $1
      on conflict (tenant_id)
      do update set monthly = $2, currency = $3, set_by = $4, set_at = $5
      """;

  private final Transactions transactions;
  private final Clock clock;

  BudgetStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<Optional<Budget>> of(TenantId tenant) {
    return transactions.inTenant(tenant, this::find);
  }

  private Uni<Optional<Budget>> find(SqlConnection connection) {
    LocalDate month = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).withDayOfMonth(1);
    return connection
        .preparedQuery(BUDGET)
        .execute(Tuple.of(month, Rows.time(clock.instant())))
        .map(rows -> Rows.first(rows).map(BudgetStore::budget));
  }

  private static Budget budget(Row row) {
    return new Budget(
        row.getBigDecimal("monthly"),
        row.getString("currency"),
        row.getBigDecimal("spent"),
        row.getBigDecimal("expected"),
        row.getString("set_by"),
        Rows.instant(row, "set_at"));
  }

  /** Fails with {@link OverBudget} where the tenant that the transaction names is over it. */
  Uni<Void> require(SqlConnection connection) {
    return find(connection)
        .invoke(
            found ->
                found
                    .filter(Budget::reached)
                    .ifPresent(
                        budget -> {
                          throw new OverBudget(
                              budget.expected(), budget.monthly(), budget.currency());
                        }))
        .replaceWithVoid();
  }

  @Override
  public Uni<Boolean> set(TenantId tenant, BigDecimal monthly, String currency, String by) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(SET)
                .execute(
                    Tuple.of(tenant.value(), monthly, currency, by, Rows.time(clock.instant())))
                .map(rows -> rows.rowCount() == 1));
  }

  @Override
  public Uni<Void> remove(TenantId tenant) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("delete from tenant_budgets where tenant_id = $1")
                .execute(Tuple.of(tenant.value()))
                .replaceWithVoid());
  }
}

package dev.tmuxbuilder.web;

import dev.tmuxbuilder.costs.Budgets;
import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Audit;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What was spent and what was done, as pages show it. Nothing blocks. */
@ApplicationScoped
class Ledgers {
  private static final int AUDIT_LINES = 100;

  private final Costs costs;
  private final Budgets budgets;
  private final Audit audit;
  private final Clock clock;

  Ledgers(Costs costs, Budgets budgets, Audit audit, Clock clock) {
    this.costs = costs;
    this.budgets = budgets;
    this.audit = audit;
    this.clock = clock;
  }

  /** This month's costs of a user's sites. */
  Uni<CostTable> costs(TenantId tenant, UserId user) {
    return Uni.combine()
        .all()
        .unis(
            costs.totals(thisMonth(Costs.By.SESSION, Optional.of(tenant), Optional.of(user))),
            costs.readings())
        .with((totals, readings) -> CostTable.of(totals, readings, Map.of()));
  }

  /** This month's costs by tenant, with what each may cost. */
  Uni<CostTable> costs() {
    return costs
        .totals(thisMonth(Costs.By.TENANT, Optional.empty(), Optional.empty()))
        .chain(
            totals ->
                Uni.combine()
                    .all()
                    .unis(costs.readings(), budgets(totals))
                    .with((readings, known) -> CostTable.of(totals, readings, known)));
  }

  private Costs.Question thisMonth(Costs.By by, Optional<TenantId> tenant, Optional<UserId> user) {
    YearMonth month = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
    return new Costs.Question(
        month, month, Set.of(by, Costs.By.MONTH), tenant, user, CostTable.MOST + 1);
  }

  private Uni<Map<String, Budgets.Budget>> budgets(List<Costs.Total> totals) {
    return Multi.createFrom()
        .iterable(totals.stream().flatMap(total -> total.tenant().stream()).distinct().toList())
        .onItem()
        .transformToUniAndConcatenate(
            tenant -> budgets.of(tenant).map(found -> new Known(tenant, found)))
        .collect()
        .asList()
        .map(
            all ->
                all.stream()
                    .filter(one -> one.budget().isPresent())
                    .collect(
                        Collectors.toMap(
                            one -> one.tenant().toString(), one -> one.budget().get())));
  }

  private record Known(TenantId tenant, Optional<Budgets.Budget> budget) {}

  /** The newest lines of a tenant, the newest first. */
  Uni<List<AuditLine>> audit(TenantId tenant) {
    return audit
        .newest(tenant, AUDIT_LINES)
        .map(lines -> lines.stream().map(AuditLine::of).toList());
  }

  /** The newest lines of all chains. */
  Uni<List<AuditLine>> audit() {
    return audit
        .newestOfAll(AUDIT_LINES)
        .map(lines -> lines.stream().map(one -> AuditLine.of(one.line(), one.tenant())).toList());
  }
}

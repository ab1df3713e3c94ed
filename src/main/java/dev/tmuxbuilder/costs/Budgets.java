package dev.tmuxbuilder.costs;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;

/**
 * What tenants may spend in a month. Where what a month has cost so far, with what the living sites
 * will cost until its end, reaches the budget, new runs are refused with {@code OverBudget};
 * rollbacks are not, as they make nothing. None of the methods blocks.
 */
public interface Budgets {
  /**
   * A tenant's budget, and how far it is used in this month.
   *
   * @param spent so far: by the receipts or by the bills, whichever is more
   * @param expected with what the living sites will cost until the month's end
   */
  record Budget(
      BigDecimal monthly,
      String currency,
      BigDecimal spent,
      BigDecimal expected,
      String setBy,
      Instant setAt) {
    public boolean reached() {
      return expected.compareTo(monthly) >= 0;
    }
  }

  /** Empty where the tenant has none. */
  Uni<Optional<Budget>> of(TenantId tenant);

  /**
   * @param currency ISO 4217: what is spent in others does not count
   * @return false where there is no such tenant
   */
  Uni<Boolean> set(TenantId tenant, BigDecimal monthly, String currency, String by);

  /** Lets the tenant spend without a limit. */
  Uni<Void> remove(TenantId tenant);
}

package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.platform.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.util.Optional;

/** How much may be spent. Once a budget is spent, no call is passed on that costs anything. */
@ApplicationScoped
class Budgets {
  private final Settings.Budgets settings;

  Budgets(Settings settings) {
    this.settings = settings.gateway().budget();
  }

  /** A budget that is spent, in words. */
  record Exceeded(String budget, String message) {}

  Optional<Exceeded> exceeded(Ledger.Spent spent) {
    return exceeded("session", "this session", settings.session(), spent.session())
        .or(() -> exceeded("user", "this user in this month", settings.user(), spent.user()))
        .or(
            () ->
                exceeded("tenant", "this tenant in this month", settings.tenant(), spent.tenant()));
  }

  private static Optional<Exceeded> exceeded(
      String budget, String whose, Optional<BigDecimal> limit, long spent) {
    return limit
        .filter(most -> BigDecimal.valueOf(spent, 6).compareTo(most) >= 0)
        .map(
            most ->
                new Exceeded(
                    budget,
                    "The budget for models is spent: "
                        + most.toPlainString()
                        + " USD for "
                        + whose));
  }
}

package dev.tmuxbuilder.web;

import dev.tmuxbuilder.costs.Budgets;
import dev.tmuxbuilder.costs.Costs;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Costs, line by line, as pages show them.
 *
 * @param more whether there are more lines
 * @param problems bills that could not be read, in words
 */
public record CostTable(List<Line> lines, boolean more, List<String> problems) {
  /** The most lines of a table. */
  static final int MOST = 100;

  private static final int DIGITS = 4;

  /**
   * What something costs.
   *
   * @param share in percent of the dearest
   * @param actual by the bill; null where it says nothing (yet)
   */
  public record Line(
      String what,
      @Nullable String tenant,
      int share,
      String estimated,
      @Nullable String actual,
      @Nullable Budget budget) {}

  /** What a tenant may cost in a month. */
  public record Budget(String monthly, String expected, boolean reached) {}

  /** A line for each session or, where there is none, tenant. */
  static CostTable of(
      List<Costs.Total> totals, List<Costs.Reading> readings, Map<String, Budgets.Budget> budgets) {
    BigDecimal most =
        totals.stream().map(CostTable::weight).max(BigDecimal::compareTo).orElse(BigDecimal.ZERO);
    return new CostTable(
        totals.stream().limit(MOST).map(total -> line(total, most, budgets)).toList(),
        totals.size() > MOST,
        readings.stream()
            .filter(reading -> reading.problem().isPresent())
            .map(reading -> reading.host().wire() + ": " + reading.problem().get())
            .toList());
  }

  private static BigDecimal weight(Costs.Total total) {
    return total.actual().orElse(total.estimated());
  }

  private static Line line(
      Costs.Total total, BigDecimal most, Map<String, Budgets.Budget> budgets) {
    Optional<String> tenant = total.tenant().map(Object::toString);
    String month = total.month().map(Object::toString).orElse("");
    return new Line(
        month
            + total
                .session()
                .map(Object::toString)
                .or(() -> tenant.map(id -> id.substring(0, 8)))
                .map(name -> " · " + name)
                .orElse(""),
        total.session().isPresent() ? null : tenant.orElse(null),
        most.signum() == 0
            ? 0
            : weight(total)
                .multiply(BigDecimal.valueOf(100))
                .divide(most, 0, RoundingMode.HALF_UP)
                .intValue(),
        money(total.estimated(), total.currency()),
        total.actual().map(amount -> money(amount, total.currency())).orElse(null),
        tenant.map(budgets::get).map(CostTable::budget).orElse(null));
  }

  private static Budget budget(Budgets.Budget budget) {
    return new Budget(
        budget.monthly().toPlainString(),
        money(budget.expected(), budget.currency()),
        budget.reached());
  }

  private static String money(BigDecimal amount, String currency) {
    BigDecimal rounded = amount.setScale(DIGITS, RoundingMode.HALF_UP).stripTrailingZeros();
    return (rounded.scale() < 2 ? rounded.setScale(2) : rounded).toPlainString() + " " + currency;
  }
}

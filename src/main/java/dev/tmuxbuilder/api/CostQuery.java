package dev.tmuxbuilder.api;

import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.costs.Costs.By;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A question about costs as it stands behind the question mark, before it is known of whom it asks.
 */
record CostQuery(YearMonth first, YearMonth last, Set<By> by, int limit) {
  private static final int MOST = 1_000;
  private static final int MOST_MONTHS = 36;

  CostQuery {
    by = Set.copyOf(by);
  }

  Costs.Question of(Optional<TenantId> tenant, Optional<UserId> user) {
    return new Costs.Question(first, last, by, tenant, user, limit);
  }

  static Uni<CostViews.Costs> answer(Costs costs, Costs.Question question) {
    return Uni.combine()
        .all()
        .unis(costs.totals(question), costs.readings())
        .with((totals, readings) -> CostViews.Costs.of(question, totals, readings));
  }

  /**
   * @throws ApiException where one of them is not right
   */
  static CostQuery read(
      @Nullable String from, @Nullable String to, String by, String limit, Clock clock) {
    YearMonth first =
        from == null
            ? YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC))
            : month("from", from);
    YearMonth last = to == null ? first : month("to", to);
    if (last.isBefore(first) || !last.isBefore(first.plusMonths(MOST_MONTHS))) {
      throw Query.wrong("to", "must be 0 to " + (MOST_MONTHS - 1) + " months after from");
    }
    return new CostQuery(first, last, by(by), (int) Query.number("limit", limit, 1, MOST) + 1);
  }

  private static YearMonth month(String name, String text) {
    try {
      YearMonth month = YearMonth.parse(text);
      if (month.getYear() >= 2000 && month.getYear() < 2200) {
        return month;
      }
    } catch (DateTimeException notOne) {
      // told below, like a month that is far away
    }
    throw Query.wrong(name, "must be a month such as 2026-03");
  }

  private static Set<By> by(String text) {
    Set<By> by = EnumSet.noneOf(By.class);
    for (String word : text.split(",", -1)) {
      if (!word.isEmpty()) {
        by.add(
            Named.parse(By.class, word)
                .orElseThrow(
                    () ->
                        Query.wrong(
                            "by",
                            "must be of "
                                + Arrays.stream(By.values())
                                    .map(Named::wire)
                                    .collect(Collectors.joining(", ")))));
      }
    }
    return by;
  }
}

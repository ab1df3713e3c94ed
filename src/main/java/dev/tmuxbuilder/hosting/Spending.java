package dev.tmuxbuilder.hosting;

import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.List;

/**
 * What a host really charged, as its bill says.
 *
 * @param basis which figure of the bill it is, in words
 */
public record Spending(String basis, List<Charge> charges) {
  public Spending {
    charges = List.copyOf(charges);
  }

  /**
   * For one execution in one month.
   *
   * @param execution what the bill says of whose it is: an execution's id where it is one of ours
   * @param amount in units of the currency
   * @param currency ISO 4217
   */
  public record Charge(YearMonth month, String execution, BigDecimal amount, String currency) {}
}

package dev.tmuxbuilder.execution;

import java.math.BigDecimal;

/** A tenant's budget for the month is used up, or will be by the sites that it has. */
public final class OverBudget extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final BigDecimal expected;
  private final BigDecimal monthly;
  private final String currency;

  public OverBudget(BigDecimal expected, BigDecimal monthly, String currency) {
    super("over budget", null, false, false);
    this.expected = expected;
    this.monthly = monthly;
    this.currency = currency;
  }

  /** What the month is expected to cost without the run that was asked for. */
  public BigDecimal expected() {
    return expected;
  }

  public BigDecimal monthly() {
    return monthly;
  }

  /** ISO 4217. */
  public String currency() {
    return currency;
  }
}

package dev.tmuxbuilder.execution;

import java.util.Locale;

/** The seven steps, always in this order. */
public enum StepName implements Named {
  CREATE_USER,
  CREATE_SESSION,
  GENERATE_SITE,
  DEPLOY,
  HEALTH_CHECK,
  SCREENSHOT,
  E2E_TESTS;

  /** The step's place, from 1 to 7. */
  public int id() {
    return ordinal() + 1;
  }

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

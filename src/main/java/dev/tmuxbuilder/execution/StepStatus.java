package dev.tmuxbuilder.execution;

import java.util.Locale;

/** The state of one step within a run; {@code SKIPPED} where the run does not need it. */
public enum StepStatus implements Named {
  PENDING,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED,
  SKIPPED;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

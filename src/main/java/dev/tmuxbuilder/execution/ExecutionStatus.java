package dev.tmuxbuilder.execution;

import java.util.Locale;

/** The state of an execution as its watchers see it; {@code DESTROYED} is final. */
public enum ExecutionStatus implements Named {
  PENDING,
  RUNNING,
  WAITING_INPUT,
  COMPLETED,
  FAILED,
  CANCELLED,
  DESTROYED;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

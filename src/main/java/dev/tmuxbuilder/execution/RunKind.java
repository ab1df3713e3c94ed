package dev.tmuxbuilder.execution;

import java.util.Locale;

/** Why a run was started. */
public enum RunKind implements Named {
  BUILD,
  REDEPLOY,
  ROLLBACK,
  DESTROY;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

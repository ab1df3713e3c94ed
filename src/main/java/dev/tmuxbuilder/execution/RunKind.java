package dev.tmuxbuilder.execution;

import java.util.Locale;

/** Why a run was started. */
public enum RunKind implements Named {
  BUILD,
  /** The agent changes the site as its user says. */
  CHAT,
  REDEPLOY,
  ROLLBACK,
  /** What costs while nobody comes stands still, until the next deployment. */
  STOP,
  DESTROY;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

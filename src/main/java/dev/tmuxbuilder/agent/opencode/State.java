package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.execution.Named;
import java.util.Locale;

/**
 * What a user's server is about.
 *
 * <pre>
 * STARTING ──► READY ──► STOPPING ──► STOPPED
 *     └──────────┴─────► ERROR
 * </pre>
 */
enum State implements Named {
  STARTING,
  READY,
  /** Asked to end: it was idle, another user needed its place, or the service stops. */
  STOPPING,
  STOPPED,
  /** It did not start, ended by itself or was given up. */
  ERROR;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

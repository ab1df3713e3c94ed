package dev.tmuxbuilder.execution;

import java.util.Locale;

/** Who makes the site. */
public enum AgentKind implements Named {
  STARTER,
  CLAUDE,
  OPENCODE;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

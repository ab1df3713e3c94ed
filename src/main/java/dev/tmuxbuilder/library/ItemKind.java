package dev.tmuxbuilder.library;

import dev.tmuxbuilder.execution.Named;
import java.util.Locale;

/** What an item is for an agent: a helper that it can send, or a skill that it can read. */
public enum ItemKind implements Named {
  AGENT,
  SKILL;

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its folder in a library, and in a session's {@code .claude}. */
  public String folder() {
    return wire() + "s";
  }
}

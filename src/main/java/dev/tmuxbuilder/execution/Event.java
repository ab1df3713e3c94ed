package dev.tmuxbuilder.execution;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of the journal, as its watchers get it.
 *
 * @param seq from 1, rising by one within an execution
 * @param kind the name under which streams send it
 * @param data for programs; values are strings, numbers, booleans, lists, maps
 */
public record Event(
    long seq,
    Instant at,
    int run,
    Kind kind,
    Level level,
    @Nullable String step,
    @Nullable String stage,
    String message,
    Map<String, Object> data) {

  /** What an event tells of. */
  public enum Kind implements Named {
    STATUS,
    STEP,
    LOG,
    AGENT,
    URL,
    TEST;

    @Override
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}

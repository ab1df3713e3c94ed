package dev.tmuxbuilder.execution;

import java.util.Map;

/**
 * What the work inside a step tells its watchers. Calls return at once, may come from any thread,
 * and reach the journal in the order in which they were made.
 */
public interface Progress {
  /**
   * @param stage the part of the step under way, e.g. {@code upload}
   * @param message one line; never a secret
   * @param data numbers and names for programs: values are strings, numbers, booleans, lists, maps
   */
  void log(Level level, String stage, String message, Map<String, ?> data);

  /** The result of one check, as soon as it is known. */
  void check(CheckResult result);

  default void info(String stage, String message) {
    log(Level.INFO, stage, message, Map.of());
  }

  default void info(String stage, String message, Map<String, ?> data) {
    log(Level.INFO, stage, message, data);
  }

  default void warn(String stage, String message) {
    log(Level.WARN, stage, message, Map.of());
  }
}

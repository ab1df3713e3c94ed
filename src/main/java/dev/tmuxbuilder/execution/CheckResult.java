package dev.tmuxbuilder.execution;

import org.jspecify.annotations.Nullable;

/**
 * One check of a site.
 *
 * @param name what is checked, stable from run to run
 * @param page the page's path on the site, e.g. {@code /menu/}
 * @param expected what should be seen, in words
 * @param seen what was seen, in words
 * @param screenshot for a failed check, the picture's path relative to {@code deployment/}
 * @param durationMs how long the check took, in milliseconds
 */
public record CheckResult(
    String name,
    String page,
    Status status,
    String expected,
    String seen,
    @Nullable String screenshot,
    long durationMs) {

  /** Whether what was expected was seen. */
  public enum Status implements Named {
    PASSED,
    FAILED;

    @Override
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public boolean passed() {
    return status == Status.PASSED;
  }
}

package dev.tmuxbuilder.execution;

import java.time.Duration;

/**
 * How long the agents of a tenant may work in a calendar month (UTC).
 *
 * @param most in minutes
 * @param worked in the month up to now
 */
public record AgentMinutes(long most, Duration worked) {
  /** Zero or less where they may work no more. */
  Duration left() {
    return Duration.ofMinutes(most).minus(worked);
  }
}

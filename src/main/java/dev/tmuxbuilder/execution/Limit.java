package dev.tmuxbuilder.execution;

import java.time.Duration;
import java.time.Instant;

/**
 * How long something may take.
 *
 * @param longest what the watchdog goes by, whatever a clock says
 * @param until when that is over, for people
 */
public record Limit(Duration longest, Instant until) {
  static Limit from(Instant now, Duration longest) {
    return new Limit(longest, now.plus(longest));
  }
}

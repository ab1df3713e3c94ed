package dev.tmuxbuilder.execution;

import java.time.Duration;
import java.util.Map;

/**
 * How patient the pipeline is.
 *
 * @param deadlines the longest that each step may take, retries and all
 * @param attempts how often a step is tried in all when it fails for a passing reason
 * @param backoff the first pause between two tries; it doubles, with jitter
 */
public record StepPolicy(Map<StepName, Duration> deadlines, int attempts, Duration backoff) {
  public StepPolicy {
    deadlines = Map.copyOf(deadlines);
  }

  public Duration deadline(StepName step) {
    return deadlines.getOrDefault(step, Duration.ofMinutes(10));
  }
}

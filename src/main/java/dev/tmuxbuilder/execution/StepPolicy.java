package dev.tmuxbuilder.execution;

import java.time.Duration;
import java.util.Map;

/**
 * How patient the pipeline is.
 *
 * @param run the longest that one node may work on a run
 * @param destroy the longest that one node may work on a destruction
 * @param deadlines the longest that each step may take, retries and all
 * @param stages the longest that each stage may take in one try
 * @param atATime how often a stage may be under way on one node at a time, where that has a limit
 * @param attempts how often a step is tried in all when it fails for a passing reason
 * @param backoff the first pause between two tries; it doubles, with jitter
 * @param owners how many nodes in a row may take up a run and not finish the step it is at
 */
public record StepPolicy(
    Duration run,
    Duration destroy,
    Map<StepName, Duration> deadlines,
    Map<String, Duration> stages,
    Map<String, Integer> atATime,
    int attempts,
    Duration backoff,
    int owners) {
  public StepPolicy {
    deadlines = Map.copyOf(deadlines);
    stages = Map.copyOf(stages);
    atATime = Map.copyOf(atATime);
  }

  public Duration deadline(StepName step) {
    return deadlines.getOrDefault(step, run);
  }

  public Duration stage(String stage) {
    return stages.getOrDefault(stage, run);
  }

  /** The longest that one node may work on a run of that kind. */
  public Duration whole(RunKind kind) {
    return kind == RunKind.DESTROY ? destroy : run;
  }
}

package dev.tmuxbuilder.execution;

import java.util.Map;
import java.util.Optional;

/**
 * A run as its owner takes it up: the whole of it at first, the rest of it after a crash.
 *
 * @param targetRelease for a rollback, the release to make live again
 * @param requestedBy a user's id, or {@code operator}
 * @param done what earlier owners of the run have finished, with what came of it
 * @param durationsMs how long the finished steps took, in milliseconds
 * @param resumed whether an earlier owner had started the run
 * @param lastRelease the highest release number given out, 0 before the first
 * @param live what the URL served before this run
 * @param generated whether an agent has finished this site in some run
 * @param cancelRequested somebody asked for a stop while nobody owned the run
 */
public record Job(
    Execution execution,
    Lease lease,
    RunKind kind,
    Optional<Integer> targetRelease,
    String requestedBy,
    Map<StepName, StepResult> done,
    Map<StepName, Long> durationsMs,
    boolean resumed,
    int lastRelease,
    Optional<Release> live,
    boolean generated,
    boolean cancelRequested) {
  public Job {
    done = Map.copyOf(done);
    durationsMs = Map.copyOf(durationsMs);
  }

  /** Whether this run has to go through the step, finished or not. */
  public boolean needs(StepName step) {
    return switch (kind) {
      case BUILD -> true;
      case REDEPLOY ->
          step.id() >= StepName.DEPLOY.id()
              || (!generated && step.id() >= StepName.CREATE_SESSION.id());
      case ROLLBACK -> step.id() >= StepName.DEPLOY.id();
      case DESTROY -> false;
    };
  }
}

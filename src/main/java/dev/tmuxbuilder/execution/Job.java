package dev.tmuxbuilder.execution;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A run as its owner takes it up: the whole of it at first, the rest of it after a crash.
 *
 * @param targetRelease for a rollback, the release to make live again
 * @param requestedBy a user's id, or {@code operator}
 * @param approvedBy who said yes to its being published; empty where nobody has
 * @param awaitsApproval whether it may publish nothing before somebody has said yes
 * @param ofBrief whether it publishes, with somebody's yes, what an agent made of the brief
 * @param done what earlier owners of the run have finished, with what came of it
 * @param durationsMs how long the finished steps took, in milliseconds
 * @param requestedAt when it was asked for
 * @param startedAt when its first owner took it up; empty for the first
 * @param lastRelease the highest release number given out, 0 before the first
 * @param live what the URL served before this run
 * @param generated whether an agent has finished this site in some run
 * @param cancelRequested somebody asked for a stop while nobody owned the run
 * @param mending what the agent was last sent back to mend in this run
 * @param owners how many nodes have taken it up since it last finished a step, with this one
 */
public record Job(
    Execution execution,
    Lease lease,
    RunKind kind,
    Optional<Integer> targetRelease,
    String requestedBy,
    Optional<String> approvedBy,
    boolean awaitsApproval,
    boolean ofBrief,
    Map<StepName, StepResult> done,
    Map<StepName, Long> durationsMs,
    Instant requestedAt,
    Optional<Instant> startedAt,
    int lastRelease,
    Optional<Release> live,
    boolean generated,
    boolean cancelRequested,
    Optional<Mending> mending,
    int owners) {
  public Job {
    done = Map.copyOf(done);
    durationsMs = Map.copyOf(durationsMs);
  }

  /** Whether an earlier owner had started the run. */
  public boolean resumed() {
    return startedAt.isPresent();
  }

  /** Whether this run has to go through the step, finished or not. */
  public boolean needs(StepName step) {
    return switch (kind) {
      case BUILD -> true;
      case REDEPLOY ->
          step.id() >= StepName.DEPLOY.id()
              || (!generated && step.id() >= StepName.CREATE_SESSION.id());
      case CHAT -> step.id() >= StepName.CREATE_SESSION.id();
      case ROLLBACK -> step.id() >= StepName.DEPLOY.id();
      case STOP, DESTROY -> false;
    };
  }
}

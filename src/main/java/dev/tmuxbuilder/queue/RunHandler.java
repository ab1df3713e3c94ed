package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Pipeline;
import dev.tmuxbuilder.execution.Redactions;
import dev.tmuxbuilder.execution.RunJournal;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunObserver;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepPolicy;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/** What a node does with a job that the queue hands to it. Blocks its (virtual) thread. */
@ApplicationScoped
class RunHandler {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);

  private final Executions executions;
  private final Pipeline pipeline;
  private final Workspaces workspaces;
  private final ActiveRuns active;
  private final StepPolicy policy;
  private final Clock clock;
  private final RunObserver observer;
  private final Redactions redactions;

  RunHandler(
      Executions executions,
      Pipeline pipeline,
      Workspaces workspaces,
      ActiveRuns active,
      StepPolicy policy,
      Clock clock,
      RunObserver observer,
      Redactions redactions) {
    this.executions = executions;
    this.pipeline = pipeline;
    this.workspaces = workspaces;
    this.active = active;
    this.policy = policy;
    this.clock = clock;
    this.observer = observer;
    this.redactions = redactions;
  }

  /** Brings a run to its end. Fails where it is to be tried again, or is another node's now. */
  void run(RunRef ref) throws InterruptedException {
    Optional<Job> taken =
        executions.takeUp(ref.tenantId(), ref.executionId(), ref.run()).await().atMost(PATIENCE);
    if (taken.isPresent()) {
      RunJournal journal = journal(taken.get());
      try {
        if (taken.get().cancelRequested()) {
          cancelled(ref, taken.get(), journal);
        } else {
          work(ref, taken.get(), journal, pipeline.run(taken.get(), journal));
        }
        release(taken.get());
      } catch (LeaseLost lost) {
        projectTheNewest(ref); // what this node wrote last may be older than its successor's
        throw lost;
      }
    }
    projectTheNewest(ref);
  }

  /** Like {@link #run} for a destruction. */
  void destroy(RunRef ref) throws InterruptedException {
    Optional<Job> taken =
        executions.takeUpDestroy(ref.tenantId(), ref.executionId()).await().atMost(PATIENCE);
    if (taken.isPresent()) {
      RunJournal journal = journal(taken.get());
      work(ref, taken.get(), journal, pipeline.destroy(taken.get(), journal));
    }
  }

  /** Whatever came of the run, nothing of its agent stays behind. */
  private void release(Job job) {
    pipeline.release(job.execution()).await().atMost(PATIENCE);
  }

  private RunJournal journal(Job job) {
    UnaryOperator<String> redaction =
        redactions.redaction(job.lease().execution()).await().atMost(PATIENCE);
    return new RunJournal(executions, job.lease(), clock, observer.takenUp(job), redaction);
  }

  private void work(RunRef ref, Job job, RunJournal journal, Uni<ExecutionStatus> work)
      throws InterruptedException {
    Cancellable lookout = lookOut(ref, job.kind());
    try {
      active.await(
          ref.executionId(),
          Uni.combine().any().of(work, journal.broken()),
          journal.watch().context(),
          policy.whole(job.kind()));
    } catch (ActiveRuns.Cancelled asked) {
      cancelled(ref, job, journal);
    } catch (TimeoutException late) {
      pipeline
          .overdue(job, journal, Optional.empty(), journal.lastWord())
          .await()
          .atMost(policy.stage("activate").plus(PATIENCE));
    } finally {
      lookout.cancel();
      journal.close();
    }
  }

  /**
   * Keeps {@code execution.json} fresh, and sees a wish to stop even when no word of it came. The
   * wish is the newest run's: a destruction goes on, whatever became of that.
   */
  private Cancellable lookOut(RunRef ref, RunKind kind) {
    return Multi.createFrom()
        .ticks()
        .startingAfter(LOOK_UP)
        .every(LOOK_UP)
        .onOverflow()
        .drop()
        .onItem()
        .transformToUniAndConcatenate(
            tick ->
                project(ref)
                    .invoke(
                        snapshot ->
                            snapshot
                                .filter(asked -> kind != RunKind.DESTROY)
                                .filter(Snapshot::cancelRequested)
                                .ifPresent(ignored -> active.stop(ref.executionId())))
                    .onFailure()
                    .recoverWithItem(Optional.empty())) // the next look-up tries again
        .subscribe()
        .with(ignored -> {});
  }

  private Uni<Optional<Snapshot>> project(RunRef ref) {
    return snapshot(ref)
        .call(
            snapshot ->
                snapshot
                    .map(workspaces::saveSnapshot)
                    .orElseGet(() -> Uni.createFrom().voidItem()));
  }

  /**
   * Two nodes may write copies for a while, and the one that read first may write last: whoever
   * wrote looks again, so that the last copy is of the newest state.
   */
  private void projectTheNewest(RunRef ref) {
    Optional<Long> written;
    Optional<Long> newest;
    do {
      written = project(ref).await().atMost(PATIENCE).map(Snapshot::lastSeq);
      newest = executions.lastSeq(ref.tenantId(), ref.executionId()).await().atMost(PATIENCE);
    } while (!newest.equals(written));
  }

  private Uni<Optional<Snapshot>> snapshot(RunRef ref) {
    return executions.snapshot(ref.tenantId(), ref.executionId(), Long.MAX_VALUE, 0);
  }

  private void cancelled(RunRef ref, Job job, RunJournal journal) {
    boolean goes =
        snapshot(ref).await().atMost(PATIENCE).filter(Snapshot::destroyRequested).isPresent();
    pipeline.cancelled(job, journal, goes).await().atMost(policy.stage("activate").plus(PATIENCE));
  }
}

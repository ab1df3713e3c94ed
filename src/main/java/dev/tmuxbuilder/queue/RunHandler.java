package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Pipeline;
import dev.tmuxbuilder.execution.RunJournal;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepStatus;
import dev.tmuxbuilder.workspace.Workspaces;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/** What a node does with a job that the queue hands to it. Blocks its (virtual) thread. */
@ApplicationScoped
class RunHandler {
  private static final System.Logger LOG = System.getLogger(RunHandler.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration LOOK_UP = Duration.ofSeconds(1);
  private static final Duration LONGEST_RUN = Duration.ofHours(3);

  private final Executions executions;
  private final Pipeline pipeline;
  private final Workspaces workspaces;
  private final ActiveRuns active;
  private final Clock clock;

  RunHandler(
      Executions executions,
      Pipeline pipeline,
      Workspaces workspaces,
      ActiveRuns active,
      Clock clock) {
    this.executions = executions;
    this.pipeline = pipeline;
    this.workspaces = workspaces;
    this.active = active;
    this.clock = clock;
  }

  /** Brings a run to its end. Fails where it is to be tried again. */
  void run(RunRef ref) throws InterruptedException {
    Optional<Job> taken =
        executions.takeUp(ref.tenantId(), ref.executionId(), ref.run()).await().atMost(PATIENCE);
    if (taken.isPresent()) {
      RunJournal journal = new RunJournal(executions, taken.get().lease(), clock);
      if (taken.get().cancelRequested()) {
        cancelled(journal);
      } else {
        work(ref, journal, pipeline.run(taken.get(), journal));
      }
    }
    project(ref).await().atMost(PATIENCE);
  }

  /** Brings a destruction to its end. Fails where it is to be tried again. */
  void destroy(RunRef ref) throws InterruptedException {
    Optional<Job> taken =
        executions.takeUpDestroy(ref.tenantId(), ref.executionId()).await().atMost(PATIENCE);
    if (taken.isPresent()) {
      RunJournal journal = new RunJournal(executions, taken.get().lease(), clock);
      work(ref, journal, pipeline.destroy(taken.get(), journal));
    }
  }

  private void work(RunRef ref, RunJournal journal, Uni<ExecutionStatus> work)
      throws InterruptedException {
    Cancellable lookout = lookOut(ref);
    try {
      active.await(ref.executionId(), work, LONGEST_RUN);
    } catch (ActiveRuns.Cancelled asked) {
      cancelled(journal);
    } catch (LeaseLost lost) {
      LOG.log(System.Logger.Level.WARNING, "{0}: left to its new owner", lost.getMessage());
    } catch (TimeoutException late) {
      overdue(journal);
    } finally {
      lookout.cancel();
      journal.close();
    }
  }

  /** Keeps {@code execution.json} fresh, and sees a wish to stop even when no word of it came. */
  private Cancellable lookOut(RunRef ref) {
    return Multi.createFrom()
        .ticks()
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
                                .filter(Snapshot::cancelRequested)
                                .ifPresent(ignored -> active.stop(ref.executionId())))
                    .onFailure()
                    .recoverWithItem(Optional.empty())) // the next look-up tries again
        .subscribe()
        .with(ignored -> {});
  }

  private Uni<Optional<Snapshot>> project(RunRef ref) {
    return executions
        .snapshot(ref.tenantId(), ref.executionId(), Long.MAX_VALUE, 0)
        .call(
            snapshot ->
                snapshot
                    .map(workspaces::saveSnapshot)
                    .orElseGet(() -> Uni.createFrom().voidItem()));
  }

  private static void overdue(RunJournal journal) {
    ErrorInfo error =
        new ErrorInfo(
            journal.current().map(step -> step.where().wire()).orElse(null),
            null,
            "deadline_exceeded",
            "The run took longer than " + LONGEST_RUN.toHours() + " hours.",
            true,
            "Redeploy to try again.");
    journal
        .write(new Line.RunEnded(journal.now(), ExecutionStatus.FAILED, error, null))
        .await()
        .atMost(PATIENCE);
  }

  private static void cancelled(RunJournal journal) {
    journal
        .current()
        .ifPresent(
            step ->
                journal
                    .write(
                        new Line.StepMoved(
                            journal.now(),
                            step.where(),
                            StepStatus.CANCELLED,
                            step.attempt(),
                            null,
                            null))
                    .await()
                    .atMost(PATIENCE));
    journal
        .write(new Line.RunEnded(journal.now(), ExecutionStatus.CANCELLED, null, null))
        .await()
        .atMost(PATIENCE);
  }
}

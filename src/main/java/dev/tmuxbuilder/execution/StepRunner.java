package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** What all steps have in common: checkpoint, deadline, tries, and the word to the watchers. */
public final class StepRunner {
  private final StepPolicy policy;
  private final RandomGenerator random;

  public StepRunner(StepPolicy policy, RandomGenerator random) {
    this.policy = policy;
    this.random = random;
  }

  /** The work of one step. */
  @FunctionalInterface
  interface Work {
    Uni<StepResult> start(Run run, Progress progress);
  }

  /** The step's deadline passed. */
  private static final class DeadlinePassed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Fails with a {@link StepFailure} that names the step, or with {@link LeaseLost}. */
  Uni<Void> step(Run run, StepName step, Work work) {
    if (run.has(step) || !run.job().needs(step)) {
      return Uni.createFrom().voidItem();
    }
    AtomicInteger attempt = new AtomicInteger();
    Instant startedAt = run.journal().now();
    Duration deadline = policy.deadline(step);
    return attempt(run, step, work, attempt)
        .ifNoItem()
        .after(deadline)
        .failWith(DeadlinePassed::new)
        .onFailure(failure -> !(failure instanceof LeaseLost))
        .transform(failure -> named(run, step, failure))
        .onFailure(StepFailure.class)
        .call(failure -> failed(run, step, attempt.get(), (StepFailure) failure))
        .invoke(result -> run.finished(step, attempt.get(), startedAt, result))
        .replaceWithVoid();
  }

  private Uni<StepResult> attempt(Run run, StepName step, Work work, AtomicInteger attempts) {
    int attempt = attempts.incrementAndGet();
    Progress progress = run.journal().progress(step);
    return run.journal()
        .write(
            new Line.StepMoved(run.journal().now(), step, StepStatus.RUNNING, attempt, null, null))
        .chain(() -> work.start(run, progress))
        .onFailure(failure -> passing(failure) && attempt < policy.attempts())
        .recoverWithUni(
            failure -> {
              Duration pause = pause(attempt);
              progress.log(
                  Level.WARN,
                  "retry",
                  ((StepFailure) failure).info().message()
                      + " Trying again in "
                      + pause.toMillis()
                      + " ms.",
                  Map.of("attempt", attempt, "pause_ms", pause.toMillis()));
              return Uni.createFrom()
                  .voidItem()
                  .onItem()
                  .delayIt()
                  .by(pause)
                  .chain(() -> attempt(run, step, work, attempts));
            });
  }

  private static boolean passing(Throwable failure) {
    return failure instanceof StepFailure known && known.info().retryable();
  }

  private Duration pause(int attempt) {
    long longest = policy.backoff().toMillis() << (attempt - 1);
    return Duration.ofMillis(longest / 2 + random.nextLong(longest / 2 + 1));
  }

  private Throwable named(Run run, StepName step, Throwable failure) {
    return switch (failure) {
      case ChecksFailed checks -> checks;
      case StepFailure known -> StepFailure.of(known.info().at(step)).causedBy(known);
      case DeadlinePassed ignored ->
          Failures.deadline(step, policy.deadline(step), run.journal().lastWord());
      default -> Failures.internal(step, failure);
    };
  }

  private static Uni<Void> failed(Run run, StepName step, int attempt, StepFailure failure) {
    return run.journal()
        .write(
            new Line.StepMoved(
                run.journal().now(), step, StepStatus.FAILED, attempt, failure.info(), null));
  }
}

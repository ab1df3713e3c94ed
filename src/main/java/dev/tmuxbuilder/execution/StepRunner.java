package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** What all steps have in common: checkpoint, deadline, tries, and the word to the watchers. */
public final class StepRunner {
  /**
   * Steps that change what others see wait until the line that says so is committed, and with it
   * the lease confirmed. The others only look, or write again what is there; their line is on its
   * way meanwhile, and where it is refused their work is stopped.
   */
  private static final Set<StepName> ASK_FIRST =
      EnumSet.of(StepName.GENERATE_SITE, StepName.DEPLOY);

  private final StepPolicy policy;
  private final Map<String, Permits> permits;
  private final RandomGenerator random;

  public StepRunner(StepPolicy policy, RandomGenerator random) {
    this.policy = policy;
    this.permits =
        policy.atATime().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, limit -> new Permits(limit.getKey(), limit.getValue())));
    this.random = random;
  }

  StepPolicy policy() {
    return policy;
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

  /**
   * Fails with a {@link StepFailure} that names the step, with {@link LeaseLost}, or with {@link
   * StoreAway}: then the step is not over, and whoever takes the run up does it again.
   */
  Uni<Void> step(Run run, StepName step, Work work) {
    if (run.has(step) || !run.job().needs(step)) {
      return Uni.createFrom().voidItem();
    }
    AtomicInteger attempt = new AtomicInteger();
    Limit limit = Limit.from(run.journal().now(), policy.deadline(step));
    long startedAt = System.nanoTime();
    return attempt(run, step, limit, work, attempt)
        .ifNoItem()
        .after(limit.longest())
        .failWith(DeadlinePassed::new)
        .onFailure(
            failure ->
                !(failure instanceof LeaseLost
                    || failure instanceof StoreAway
                    || failure instanceof AwaitsAnswer))
        .transform(failure -> named(run, step, failure))
        .onFailure(StepFailure.class)
        .call(failure -> failed(run, step, attempt.get(), (StepFailure) failure))
        .invoke(result -> run.finished(step, attempt.get(), startedAt, result))
        .replaceWithVoid();
  }

  /**
   * A part of a step with a deadline of its own, which begins when it is its turn. One that is late
   * fails like one that did not work for a passing reason.
   */
  <T> Uni<T> stage(Run run, StepName step, String stage, Supplier<Uni<T>> work) {
    Supplier<Uni<T>> timed = () -> timed(run, step, stage, work);
    Permits limited = permits.get(stage);
    return limited == null ? timed.get() : limited.use(run.journal().progress(step), timed);
  }

  private <T> Uni<T> timed(Run run, StepName step, String stage, Supplier<Uni<T>> work) {
    Duration longest = policy.stage(stage);
    return Uni.createFrom()
        .deferred(
            () -> {
              Instant now = run.journal().now();
              run.journal().tell(new Line.StageBegun(now, step, stage, Limit.from(now, longest)));
              return work.get();
            })
        .ifNoItem()
        .after(longest)
        .failWith(() -> Failures.stageDeadline(stage, longest, run.journal().lastWord()));
  }

  private Uni<StepResult> attempt(
      Run run, StepName step, Limit limit, Work work, AtomicInteger attempts) {
    int attempt = attempts.incrementAndGet();
    Progress progress = run.journal().progress(step);
    return begins(
            run,
            new Line.StepMoved(
                run.journal().now(), step, StepStatus.RUNNING, attempt, null, null, limit))
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
                  .chain(() -> attempt(run, step, limit, work, attempts));
            });
  }

  private static Uni<Void> begins(Run run, Line.StepMoved line) {
    if (ASK_FIRST.contains(line.where())) {
      return run.journal().write(line);
    }
    run.journal().tell(line);
    return Uni.createFrom().voidItem();
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
      default -> Failures.internal(run.journal().watch(), step, failure);
    };
  }

  static Uni<Void> failed(Run run, StepName step, int attempt, StepFailure failure) {
    return run.journal()
        .write(
            new Line.StepMoved(
                run.journal().now(), step, StepStatus.FAILED, attempt, failure.info(), null, null));
  }
}

package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.AgentOutcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How long an agent works at a turn, and the turn's end where its tenant's agents have worked as
 * long as they may in this month. What was worked is written twice a minute and with what follows
 * the turn, by the run's owner alone. So each moment counts once, whoever goes on with the turn,
 * and an owner that is killed takes half a minute with it at most. Of the time in which a turn has
 * no owner nothing is counted.
 */
final class AgentTime {
  private static final Duration WORD = Duration.ofSeconds(30);

  private final Executions store;
  private final Run run;
  private final String turn;
  private long countedTo;

  AgentTime(Executions store, Run run, String turn) {
    this.store = store;
    this.run = run;
    this.turn = turn;
  }

  /**
   * Fails with {@code agent_minutes_spent}, before the work begins or in the middle of it; then it
   * is cancelled.
   */
  Uni<AgentOutcome> of(Supplier<Uni<AgentOutcome>> work) {
    return minutes().chain(minutes -> counted(work, minutes));
  }

  private Uni<AgentOutcome> counted(
      Supplier<Uni<AgentOutcome>> work, Optional<AgentMinutes> minutes) {
    begin();
    return Uni.combine()
        .any()
        .of(work.get(), watch(minutes))
        .onItemOrFailure()
        .invoke((outcome, failure) -> run.journal().note(worked()))
        .onCancellation()
        .invoke(() -> run.journal().write(worked()));
  }

  /** Gives no item. */
  private Uni<AgentOutcome> watch(Optional<AgentMinutes> minutes) {
    Duration pause =
        minutes.map(AgentMinutes::left).filter(left -> left.compareTo(WORD) < 0).orElse(WORD);
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(pause)
        .chain(() -> run.journal().write(worked()))
        .chain(
            () ->
                minutes()
                    .onFailure(StoreAway.class) // it goes by what it knew
                    .recoverWithItem(minutes))
        .chain(this::watch);
  }

  private Uni<Optional<AgentMinutes>> minutes() {
    return store
        .agentMinutes(run.execution().tenant())
        .invoke(
            minutes ->
                minutes
                    .filter(known -> !known.left().isPositive())
                    .ifPresent(
                        spent -> {
                          throw Failures.agentMinutesSpent(spent.most());
                        }));
  }

  private synchronized void begin() {
    countedTo = System.nanoTime();
  }

  /** What was worked since this was asked last. */
  private synchronized Line.AgentWorked worked() {
    long now = System.nanoTime();
    Duration worked = Duration.ofNanos(now - countedTo);
    countedTo = now;
    return new Line.AgentWorked(run.journal().now(), turn, worked);
  }
}

package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Job;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.execution.Pipeline;
import dev.tmuxbuilder.execution.RunJournal;
import dev.tmuxbuilder.execution.RunObserver;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.execution.StepPolicy;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Ends runs whose owner lives and does not end them in time, as when it is stuck. Goes by what this
 * node has seen itself, on a clock that never jumps.
 */
@ApplicationScoped
class Watchdog implements Mender {
  private static final System.Logger LOG = System.getLogger(Watchdog.class.getName());
  private static final int LAST_LINES = 20;

  private final Overview overview;
  private final Executions executions;
  private final Pipeline pipeline;
  private final Clock clock;
  private final RunObserver observer;
  private final Duration grace; // an owner that is well ends its own run first
  private final Duration wayBack; // which it may begin when its run's time is over
  private final Map<Sight, Long> seenAt = new HashMap<>();

  Watchdog(
      Overview overview,
      Executions executions,
      Pipeline pipeline,
      Clock clock,
      RunObserver observer,
      StepPolicy policy,
      Settings settings) {
    this.observer = observer;
    this.overview = overview;
    this.executions = executions;
    this.pipeline = pipeline;
    this.clock = clock;
    this.grace = settings.reconcile().grace();
    this.wayBack = policy.stage("activate");
  }

  /** What is known by sight: an owner's work on a run, or on a step of it. */
  private record Sight(Lease lease, @Nullable StepName step) {}

  @Override
  public Reach reach() {
    return Reach.MACHINE;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return overview
        .underWay()
        .map(this::overdue)
        .onItem()
        .transformToMulti(Multi.createFrom()::iterable)
        .onItem()
        .transformToUniAndConcatenate(this::end)
        .select()
        .where(Optional::isPresent)
        .map(Optional::get)
        .collect()
        .asList();
  }

  /** What has been seen for longer than it may take. What is gone is forgotten. */
  private synchronized List<Overdue> overdue(List<Overview.Working> all) {
    long now = System.nanoTime();
    Map<Sight, Long> before = Map.copyOf(seenAt);
    seenAt.clear();
    return all.stream().flatMap(work -> look(work, before, now).stream()).toList();
  }

  private record Overdue(Overview.Working work, Optional<StepName> what) {}

  private Optional<Overdue> look(Overview.Working work, Map<Sight, Long> before, long now) {
    Duration run = since(new Sight(work.lease(), null), before, now);
    StepName step = work.step();
    if (step != null && work.stepLongest() != null) {
      Duration atStep = since(new Sight(work.lease(), step), before, now);
      if (atStep.compareTo(work.stepLongest().plus(grace)) > 0) {
        return Optional.of(new Overdue(work, Optional.of(step)));
      }
    }
    Duration more = work.destroys() ? grace : grace.plus(wayBack);
    return run.compareTo(work.longest().plus(more)) > 0
        ? Optional.of(new Overdue(work, Optional.empty()))
        : Optional.empty();
  }

  private Duration since(Sight sight, Map<Sight, Long> before, long now) {
    long first = before.getOrDefault(sight, now);
    seenAt.put(sight, first);
    return Duration.ofNanos(now - first);
  }

  private Uni<Optional<Mended>> end(Overdue overdue) {
    Lease owner = overdue.work().lease();
    return executions
        .takeOver(owner, overdue.work().step())
        .chain(
            taken ->
                taken.isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : lastWord(owner)
                        .invoke(word -> end(taken.get(), overdue.what(), word))
                        .replaceWith(
                            Optional.of(
                                new Mended(
                                    Fault.RUN_OVERDUE, owner.execution() + "#" + owner.run()))));
  }

  /** Apart from the round, which others wait for: the way back may be long. */
  private void end(Job job, Optional<StepName> what, String lastWord) {
    RunJournal journal = new RunJournal(executions, job.lease(), clock, observer.takenUp(job));
    pipeline
        .overdue(job, journal, what, lastWord)
        .ifNoItem()
        .after(wayBack.plus(grace))
        .fail()
        .eventually(journal::close)
        .subscribe()
        .with(
            ended -> {},
            failure ->
                LOG.log(
                    System.Logger.Level.WARNING,
                    "the end of " + job.lease().execution() + " could not be written",
                    failure));
  }

  private Uni<String> lastWord(Lease owner) {
    return executions
        .snapshot(owner.tenant(), owner.execution(), Long.MAX_VALUE, 0)
        .chain(
            now ->
                executions.snapshot(
                    owner.tenant(),
                    owner.execution(),
                    Math.max(0, now.orElseThrow().lastSeq() - LAST_LINES),
                    LAST_LINES))
        .map(
            page ->
                page.orElseThrow().logs().stream()
                    .filter(event -> event.kind() == Event.Kind.LOG)
                    .reduce((earlier, later) -> later)
                    .map(Event::message)
                    .orElse(""));
  }
}

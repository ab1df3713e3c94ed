package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.execution.StepResult.Deployed;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A run on its way: the job, and what has come of its steps so far. */
final class Run {
  private final Job job;
  private final RunJournal journal;
  private final Map<StepName, StepResult> results = new ConcurrentHashMap<>();
  private final Map<StepName, Long> durations = new ConcurrentHashMap<>();

  private volatile Optional<Mending> mending;
  private volatile int lastRelease;
  private volatile String summary = "";

  Run(Job job, RunJournal journal) {
    this.mending = job.mending();
    this.lastRelease = job.lastRelease();
    this.job = job;
    this.journal = journal;
    results.putAll(job.done());
    journal
        .moved()
        .forEach(
            (step, result) ->
                result.ifPresentOrElse(
                    made -> results.put(step, made), () -> results.remove(step)));
    durations.putAll(job.durationsMs());
  }

  Job job() {
    return job;
  }

  RunJournal journal() {
    return journal;
  }

  Execution execution() {
    return job.execution();
  }

  int number() {
    return job.lease().run();
  }

  boolean has(StepName step) {
    return results.containsKey(step);
  }

  /** What the agent has to mend; empty at first. */
  Optional<Mending> mending() {
    return mending;
  }

  int nextRelease() {
    return lastRelease + 1;
  }

  /** What the agent said of its work. */
  String summary() {
    return summary;
  }

  void summary(String words) {
    summary = words;
  }

  /** From the agent's work on, everything is done once more. Written with what comes next. */
  void mend(Mending next) {
    Instant now = journal.now();
    mending = Optional.of(next);
    journal.note(new Line.MendingBegun(now, next));
    for (StepName step : StepName.values()) {
      if (step.id() >= StepName.GENERATE_SITE.id()) {
        results.remove(step);
        journal.note(Line.StepMoved.to(StepStatus.PENDING, now, step, 0, null));
      }
    }
  }

  /** The first step that is not done. */
  StepName next() {
    return Arrays.stream(StepName.values())
        .filter(step -> job.needs(step) && !has(step))
        .findFirst()
        .orElse(StepName.E2E_TESTS);
  }

  <R extends StepResult> Optional<R> result(StepName step, Class<R> type) {
    return Optional.ofNullable(results.get(step)).filter(type::isInstance).map(type::cast);
  }

  /** Whether its address may lead elsewhere than to what was live before it. */
  boolean maySwitch(Release before) {
    return has(StepName.DEPLOY)
        ? deployed().release().number() != before.number()
        : mayHaveSwitched();
  }

  /** Whether a switch has begun whose end nobody has seen; of an earlier owner's none can tell. */
  boolean mayHaveSwitched() {
    return journal.switching()
        || (job.resumed() && job.needs(StepName.DEPLOY) && next() == StepName.DEPLOY);
  }

  Deployed deployed() {
    return result(StepName.DEPLOY, Deployed.class).orElseThrow();
  }

  Map<StepName, Long> durations() {
    Map<StepName, Long> sorted = new EnumMap<>(StepName.class);
    sorted.putAll(durations);
    return sorted;
  }

  /** The brief, where this run's content was made from it and not edited by its owner since. */
  Optional<String> expectedBrief() {
    return job.ofBrief() || (job.needs(StepName.GENERATE_SITE) && job.kind() != RunKind.CHAT)
        ? Optional.of(execution().requirements())
        : Optional.empty();
  }

  /** Written with what the run does first. */
  void begin(Duration longest) {
    List<Line> lines = new ArrayList<>();
    Instant now = journal.now();
    lines.add(new Line.RunStarted(now, job.kind(), job.resumed(), Limit.from(now, longest)));
    if (!job.resumed() && job.kind() != RunKind.DESTROY) {
      Arrays.stream(StepName.values())
          .filter(step -> !job.needs(step))
          .map(step -> Line.StepMoved.to(StepStatus.SKIPPED, now, step, 0, null))
          .forEach(lines::add);
    }
    journal.note(lines.toArray(Line[]::new));
  }

  /** Written with what the run does next. */
  void finished(StepName step, int attempt, long startedAtNanos, StepResult result) {
    Instant now = journal.now();
    results.put(step, result);
    durations.put(step, Duration.ofNanos(System.nanoTime() - startedAtNanos).toMillis());
    if (result instanceof Deployed deployed) {
      lastRelease = Math.max(lastRelease, deployed.release().number());
      journal.note(liveLine(deployed.url(), deployed.release()));
    }
    journal.note(Line.StepMoved.to(StepStatus.COMPLETED, now, step, attempt, result));
  }

  Uni<Void> wentLive(URI url, Release release) {
    return journal.write(liveLine(url, release));
  }

  Uni<ExecutionStatus> end(ExecutionStatus status) {
    return end(status, null, status == ExecutionStatus.COMPLETED ? outcome() : null);
  }

  Uni<ExecutionStatus> endFailed(ErrorInfo error) {
    return end(ExecutionStatus.FAILED, error, null);
  }

  private Uni<ExecutionStatus> end(
      ExecutionStatus status, @Nullable ErrorInfo error, @Nullable Map<String, Object> result) {
    return journal.end(new Line.RunEnded(journal.now(), status, error, result));
  }

  private Line liveLine(URI url, Release release) {
    return new Line.WentLive(journal.now(), url, release.number(), release.artifactSha256());
  }

  private Map<String, Object> outcome() {
    if (job.kind() == RunKind.STOP) {
      return Map.of("stopped", true);
    }
    Deployed deployed = deployed();
    Map<String, Object> outcome = new LinkedHashMap<>();
    outcome.put("url", deployed.url().toString());
    outcome.put("release", deployed.release().number());
    outcome.put("artifact_sha256", deployed.release().artifactSha256());
    result(StepName.E2E_TESTS, StepResult.Checked.class)
        .ifPresent(tests -> outcome.put("checks_passed", tests.checks().size()));
    result(StepName.SCREENSHOT, StepResult.Photographed.class)
        .ifPresent(pictures -> outcome.put("screenshots", pictures.screenshots()));
    outcome.put("durations_ms", durations());
    return outcome;
  }
}

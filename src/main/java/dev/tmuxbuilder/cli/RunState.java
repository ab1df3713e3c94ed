package dev.tmuxbuilder.cli;

import dev.tmuxbuilder.execution.StepName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a watcher knows about a run, folded from its events one by one.
 *
 * @param news the line under way: the last thing that was said
 */
record RunState(
    String execution,
    int run,
    String status,
    List<StepLine> steps,
    Optional<String> news,
    Optional<String> url,
    int passed,
    int failed,
    Optional<Instant> startedAt,
    Optional<Instant> endedAt) {
  RunState {
    steps = List.copyOf(steps);
  }

  static RunState before(String execution, int run) {
    return new RunState(
        execution,
        run,
        "pending",
        Arrays.stream(StepName.values()).map(name -> StepLine.pending(name.wire())).toList(),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        Optional.empty());
  }

  RunState after(Event event) {
    if (event.run() > run && run > 0) {
      return before(execution, event.run()).withUrl(url).after(event);
    }
    RunState known =
        startedAt.isPresent() && run > 0
            ? this
            : new RunState(
                execution,
                event.run(),
                status,
                steps,
                news,
                url,
                passed,
                failed,
                startedAt.or(event::at),
                endedAt);
    return known.fold(event);
  }

  private RunState fold(Event event) {
    return switch (event.name()) {
      case "status" -> with(event.text("status").orElse(status), steps, news);
      case "step" -> with(status, stepsAfter(event), stepNews(event).or(() -> news));
      case "log", "agent" -> with(status, steps, EventText.news(event).or(() -> news));
      case "url" -> withUrl(event.text("url").or(() -> url));
      case "test" -> counting(event);
      case "end" -> ended(event);
      default -> this; // a later service may know more
    };
  }

  private List<StepLine> stepsAfter(Event event) {
    String name = event.text("name").or(() -> event.text("step")).orElse("");
    List<StepLine> after = new ArrayList<>();
    for (StepLine step : steps) {
      after.add(step.name().equals(name) ? step.after(event) : step);
    }
    return after;
  }

  private static Optional<String> stepNews(Event event) {
    return event.text("status").filter("running"::equals).isPresent()
        ? Optional.empty()
        : EventText.stepError(event);
  }

  private RunState counting(Event event) {
    boolean good = event.text("status").filter("passed"::equals).isPresent();
    return new RunState(
        execution,
        run,
        status,
        steps,
        EventText.news(event).or(() -> news),
        url,
        passed + (good ? 1 : 0),
        failed + (good ? 0 : 1),
        startedAt,
        endedAt);
  }

  private RunState ended(Event event) {
    return new RunState(
        execution,
        run,
        event.text("status").orElse(status),
        steps,
        news,
        url,
        passed,
        failed,
        startedAt,
        event.at().or(this::lastFinish));
  }

  private Optional<Instant> lastFinish() {
    return steps.stream().flatMap(s -> s.finishedAt().stream()).max(Instant::compareTo);
  }

  private RunState with(String newStatus, List<StepLine> newSteps, Optional<String> newNews) {
    return new RunState(
        execution, run, newStatus, newSteps, newNews, url, passed, failed, startedAt, endedAt);
  }

  private RunState withUrl(Optional<String> newUrl) {
    return new RunState(
        execution, run, status, steps, news, newUrl, passed, failed, startedAt, endedAt);
  }

  /** How long the run took, or has taken so far. */
  Duration elapsed(Instant now) {
    Duration span =
        startedAt.map(start -> Duration.between(start, endedAt.orElse(now))).orElse(Duration.ZERO);
    return span.isNegative() ? Duration.ZERO : span;
  }

  boolean completed() {
    return status.equals("completed");
  }
}

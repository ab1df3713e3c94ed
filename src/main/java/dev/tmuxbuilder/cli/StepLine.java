package dev.tmuxbuilder.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** One of the seven steps, as a watcher sees it. */
record StepLine(
    String name,
    String status,
    int attempt,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt,
    Optional<String> error) {
  static StepLine pending(String name) {
    return new StepLine(name, "pending", 0, Optional.empty(), Optional.empty(), Optional.empty());
  }

  boolean isRunning() {
    return status.equals("running");
  }

  /** This step after the service said something about it. A new attempt keeps the first start. */
  StepLine after(Event event) {
    String next = event.text("status").orElse(status);
    boolean starts = next.equals("running");
    return new StepLine(
        name,
        next,
        Math.max(attempt, event.number("attempt")),
        startedAt.isPresent() && attempt > 0 ? startedAt : event.at(),
        starts || next.equals("pending") ? Optional.empty() : event.at(),
        starts ? Optional.empty() : errorOf(event));
  }

  private static Optional<String> errorOf(Event event) {
    var error = event.data().path("error");
    return error.isObject() ? Json.text(error, "message") : event.text("error");
  }

  /** How long it took, or has taken so far; empty before it starts. */
  Optional<Duration> elapsed(Instant now) {
    return startedAt.map(
        start -> {
          Duration span = Duration.between(start, finishedAt.orElse(now));
          return span.isNegative() ? Duration.ZERO : span;
        });
  }
}

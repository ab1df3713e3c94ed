package dev.tmuxbuilder.execution;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of an execution as it is shown to callers and written to {@code execution.json}.
 *
 * @param deadlineAt when the run in progress is stopped, if it is not over
 * @param queuePosition its place among all runs that wait, 1 for the next; null unless it waits
 * @param firstSeq the number of the oldest line of the log that is still kept: 1, until those of
 *     old runs are removed; who asks for earlier ones gets what comes from there on
 * @param nextSince where the next page of the log begins
 */
public record StatusDocument(
    String executionId,
    String userId,
    String sessionId,
    String hostProvider,
    String siteType,
    String agent,
    String status,
    int run,
    int currentStep,
    int totalSteps,
    @Nullable String url,
    @Nullable Integer release,
    List<Step> steps,
    @Nullable Instant deadlineAt,
    @Nullable Long queuePosition,
    @Nullable Map<String, Object> result,
    @Nullable ErrorInfo error,
    Instant createdAt,
    Instant updatedAt,
    List<Log> logs,
    long firstSeq,
    long nextSince) {

  public static StatusDocument of(Snapshot now, long since) {
    return new StatusDocument(
        now.id().toString(),
        now.id().user().toString(),
        now.id().session().toString(),
        now.host().wire(),
        now.siteType().wire(),
        now.agent().wire(),
        now.status().wire(),
        now.run(),
        now.currentStep(),
        StepName.values().length,
        now.url(),
        now.release(),
        now.steps().stream().map(Step::of).toList(),
        now.until(),
        now.queuePosition(),
        now.result(),
        now.error(),
        now.createdAt(),
        now.updatedAt(),
        now.logs().stream().map(Log::of).toList(),
        now.firstSeq(),
        now.logs().isEmpty() ? since : now.logs().getLast().seq());
  }

  /**
   * One of the seven steps.
   *
   * @param deadlineAt when it fails, if it is not done; null unless it is under way
   * @param stage the part of it that is under way, where it has parts
   */
  public record Step(
      int id,
      String name,
      String status,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable Instant deadlineAt,
      @Nullable Stage stage,
      @Nullable ErrorInfo error) {
    static Step of(Snapshot.Step step) {
      return new Step(
          step.name().id(),
          step.name().wire(),
          step.status().wire(),
          step.attempt(),
          step.startedAt(),
          step.finishedAt(),
          step.until(),
          Stage.of(step.stage()),
          step.error());
    }
  }

  /** The part of a step that is under way. */
  public record Stage(String name, Instant deadlineAt) {
    static @Nullable Stage of(Snapshot.@Nullable Stage stage) {
      return stage == null ? null : new Stage(stage.name(), stage.until());
    }
  }

  /** A line of the log. */
  public record Log(
      long seq,
      Instant at,
      int run,
      String level,
      @Nullable String step,
      @Nullable String stage,
      String message,
      Map<String, Object> data) {
    static Log of(Event event) {
      return new Log(
          event.seq(),
          event.at(),
          event.run(),
          event.level().wire(),
          event.step(),
          event.stage(),
          event.message(),
          event.data());
    }
  }
}

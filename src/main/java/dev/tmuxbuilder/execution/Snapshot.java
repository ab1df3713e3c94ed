package dev.tmuxbuilder.execution;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The state of an execution at one moment, with a page of its journal.
 *
 * @param currentStep the step that was reached last, 0 before the first
 * @param result what came of the last run that completed
 * @param cancelRequested the run in progress is to stop
 * @param destroyRequested nothing but destruction may follow
 * @param until when the run in progress is stopped, if it is not over
 * @param queuePosition its place among all runs that wait, 1 for the next; null unless it waits
 * @param firstSeq the oldest event's number that is still kept, 1 while all are
 * @param lastSeq the newest event's number
 * @param logs a page of the journal, oldest first
 */
public record Snapshot(
    ExecutionId id,
    HostProvider host,
    SiteType siteType,
    AgentKind agent,
    ExecutionStatus status,
    int run,
    int currentStep,
    @Nullable String url,
    @Nullable Integer release,
    List<Step> steps,
    @Nullable Map<String, Object> result,
    @Nullable ErrorInfo error,
    boolean cancelRequested,
    boolean destroyRequested,
    @Nullable Instant until,
    @Nullable Long queuePosition,
    Instant createdAt,
    Instant updatedAt,
    long firstSeq,
    long lastSeq,
    List<Event> logs) {

  /** The part of a step that is under way. */
  public record Stage(String name, Instant until) {}

  /**
   * One of the seven steps in the newest run.
   *
   * @param until when it fails, if it is not done; null unless it is under way
   */
  public record Step(
      StepName name,
      StepStatus status,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable Instant until,
      @Nullable Stage stage,
      @Nullable ErrorInfo error) {}

  /** Whether no event will follow before somebody asks for something. */
  public boolean atRest() {
    return switch (status) {
      case PENDING, RUNNING, WAITING_INPUT -> false;
      case COMPLETED, FAILED, CANCELLED -> !destroyRequested;
      case DESTROYED -> true;
    };
  }
}

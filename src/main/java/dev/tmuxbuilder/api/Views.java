package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.StepName;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the answers look like; Jackson writes the names in snake_case. */
final class Views {
  private Views() {}

  /** The answer to create-user. */
  record Created(
      String executionId,
      String userId,
      String sessionId,
      boolean isNewUser,
      String statusUrl,
      String streamUrl,
      @com.fasterxml.jackson.annotation.JsonInclude(
              com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
          @Schema(description = "Only where this call created the user; shown once")
          @Nullable String accessToken) {}

  /** The answer to whatever starts a run. */
  record Started(int run) {}

  /** A snapshot. */
  record Status(
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
      @Nullable Map<String, Object> result,
      @Nullable ErrorInfo error,
      Instant createdAt,
      Instant updatedAt,
      List<Log> logs,
      long nextSince) {

    static Status of(Snapshot now, long since) {
      return new Status(
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
          now.result(),
          now.error(),
          now.createdAt(),
          now.updatedAt(),
          now.logs().stream().map(Log::of).toList(),
          now.logs().isEmpty() ? since : now.logs().getLast().seq());
    }
  }

  /** One of the seven steps. */
  record Step(
      int id,
      String name,
      String status,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Instant finishedAt,
      @Nullable ErrorInfo error) {
    static Step of(Snapshot.Step step) {
      return new Step(
          step.name().id(),
          step.name().wire(),
          step.status().wire(),
          step.attempt(),
          step.startedAt(),
          step.finishedAt(),
          step.error());
    }
  }

  /** A line of the log. */
  record Log(
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

  /** An event of a stream: the line of the log, with what programs ask for beside it. */
  static Map<String, @Nullable Object> streamed(Event event) {
    Map<String, @Nullable Object> view = new LinkedHashMap<>();
    if (event.kind() != Event.Kind.LOG) {
      view.putAll(event.data());
    }
    view.put("seq", event.seq());
    view.put("at", event.at());
    view.put("run", event.run());
    view.put("level", event.level().wire());
    view.put("step", event.step());
    view.put("stage", event.stage());
    view.put("message", event.message());
    view.put("data", event.data());
    return view;
  }

  /** The last thing on a stream. */
  record End(String executionId, int run, String status, long lastSeq) {
    static End of(Snapshot now) {
      return new End(now.id().toString(), now.run(), now.status().wire(), now.lastSeq());
    }
  }

  /** A user's sessions. */
  record Sessions(
      List<Session> sessions,
      @Schema(description = "Where the next page is; null on the last one")
          @Nullable String next) {}

  /** One session. */
  record Session(
      String sessionId,
      String executionId,
      String hostProvider,
      String siteType,
      String status,
      @Nullable String url,
      @Nullable Integer release,
      Instant createdAt) {
    static Session of(Archive.Session session) {
      return new Session(
          session.id().session().toString(),
          session.id().toString(),
          session.host().wire(),
          session.siteType().wire(),
          session.status().wire(),
          session.url(),
          session.release(),
          session.createdAt());
    }
  }

  /** All receipts of an execution. */
  record Receipts(List<Receipt> receipts) {}

  /** An end-to-end report. */
  record Tests(
      String executionId,
      int run,
      int release,
      long passed,
      long failed,
      List<CheckResult> checks) {
    static Tests of(ExecutionId id, Archive.Report report) {
      long passed = report.checks().stream().filter(CheckResult::passed).count();
      return new Tests(
          id.toString(),
          report.run(),
          report.release(),
          passed,
          report.checks().size() - passed,
          report.checks());
    }
  }
}

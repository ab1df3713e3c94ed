package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.AgentEvent;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something that a run writes to the journal. The store keeps it as an {@link Event} and, in the
 * same transaction, brings what is derived from the journal (the state of execution, run and steps)
 * up to date.
 */
public sealed interface Line {
  Instant at();

  /** How its watchers sort it. */
  default Event.Kind kind() {
    return switch (this) {
      case RunRequested _, RunStarted _, RunEnded _ -> Event.Kind.STATUS;
      case StepMoved _ -> Event.Kind.STEP;
      case Check _ -> Event.Kind.TEST;
      case WentLive _ -> Event.Kind.URL;
      case AgentTold _, Answered _ -> Event.Kind.AGENT;
      case Log _, StageBegun _, ReceiptWritten _, TestsReported _, MendingBegun _, AgentWorked _ ->
          Event.Kind.LOG;
    };
  }

  default Level level() {
    return Level.INFO;
  }

  /** The step that it belongs to, where it belongs to one. */
  default Optional<StepName> step() {
    return switch (this) {
      case Log log -> Optional.ofNullable(log.where());
      case Check check -> Optional.of(check.where());
      case StepMoved moved -> Optional.of(moved.where());
      case StageBegun begun -> Optional.of(begun.where());
      case AgentTold told -> Optional.of(told.where());
      case MendingBegun _, AgentWorked _ -> Optional.of(StepName.GENERATE_SITE);
      case WentLive _ -> Optional.of(StepName.DEPLOY);
      case TestsReported _ -> Optional.of(StepName.E2E_TESTS);
      case RunRequested _, RunStarted _, ReceiptWritten _, RunEnded _, Answered _ ->
          Optional.empty();
    };
  }

  default @Nullable String stage() {
    return null;
  }

  String message();

  default Map<String, Object> data() {
    return Map.of();
  }

  /** A word about the work under way. */
  record Log(
      Instant at,
      Level level,
      @Nullable StepName where,
      @Nullable String stage,
      String message,
      Map<String, Object> data)
      implements Line {}

  /** What the agent did or said. */
  record AgentTold(Instant at, StepName where, AgentEvent event) implements Line {
    @Override
    public @Nullable String stage() {
      return AgentWords.STAGE;
    }

    @Override
    public String message() {
      return AgentWords.message(event);
    }

    @Override
    public Map<String, Object> data() {
      return AgentWords.data(event);
    }
  }

  /**
   * An agent has worked for a while, which its tenant's minutes are counted by.
   *
   * @param turn names the piece of work within the execution
   * @param worked since it began, or since the last such line of this owner
   */
  record AgentWorked(Instant at, String turn, Duration worked) implements Line {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public @Nullable String stage() {
      return AgentWords.STAGE;
    }

    @Override
    public String message() {
      return "The agent has worked for " + worked.toMillis() + " ms";
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("turn", turn, "worked_ms", worked.toMillis());
    }
  }

  /** What failed goes back to the agent. */
  record MendingBegun(Instant at, Mending mending) implements Line {
    @Override
    public String message() {
      return "%d findings go back to the agent, round %d of %d"
          .formatted(mending.findings().size(), mending.round(), Mending.ROUNDS);
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("round", mending.round(), "findings", mending.findings().size());
    }
  }

  /**
   * What the user who said something is told in the end.
   *
   * @param proof what changed and how it was proved
   */
  record Answered(Instant at, String text, Map<String, Object> proof) implements Line {
    @Override
    public String message() {
      return AgentWords.message(new AgentEvent.Text(text));
    }

    @Override
    public Map<String, Object> data() {
      Map<String, Object> data = new LinkedHashMap<>(AgentWords.data(new AgentEvent.Text(text)));
      data.put("type", "answer");
      data.putAll(proof);
      return data;
    }
  }

  /** A new run was asked for and waits for its turn. */
  record RunRequested(Instant at, RunKind run, String requestedBy) implements Line {
    @Override
    public String message() {
      return "The " + run.wire() + " waits for its turn";
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("status", ExecutionStatus.PENDING.wire(), "requested_by", requestedBy);
    }
  }

  /** The result of one check. */
  record Check(Instant at, StepName where, CheckResult result) implements Line {
    @Override
    public Level level() {
      return result.passed() ? Level.INFO : Level.ERROR;
    }

    @Override
    public String message() {
      return result.passed()
          ? result.name() + " (" + result.page() + ")"
          : result.name()
              + " ("
              + result.page()
              + "): expected "
              + result.expected()
              + ", saw "
              + result.seen();
    }

    @Override
    public Map<String, Object> data() {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("name", result.name());
      data.put("page", result.page());
      data.put("status", result.status().wire());
      data.put("expected", result.expected());
      data.put("seen", result.seen());
      if (result.screenshot() != null) {
        data.put("screenshot", result.screenshot());
      }
      data.put("duration_ms", result.durationMs());
      return data;
    }
  }

  /** The run has an owner and goes on. */
  record RunStarted(Instant at, RunKind run, boolean resumed, Limit limit) implements Line {
    @Override
    public String message() {
      return "The " + run.wire() + (resumed ? " goes on where it was interrupted" : " has started");
    }

    @Override
    public Map<String, Object> data() {
      return Map.of(
          "status",
          ExecutionStatus.RUNNING.wire(),
          "resumed",
          resumed,
          "deadline_at",
          Json.time(limit.until()));
    }
  }

  /** A part of a step that has a deadline of its own is under way. */
  record StageBegun(Instant at, StepName where, String stage, Limit limit) implements Line {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String message() {
      return stage + " has begun; it may take " + limit.longest().toSeconds() + " s";
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("deadline_at", Json.time(limit.until()));
    }
  }

  /**
   * A step changes its state.
   *
   * @param limit how long it may take, where it begins
   */
  record StepMoved(
      Instant at,
      StepName where,
      StepStatus status,
      int attempt,
      @Nullable ErrorInfo error,
      @Nullable StepResult result,
      @Nullable Limit limit)
      implements Line {
    /** Without an error, and not a beginning. */
    public static StepMoved to(
        StepStatus status, Instant at, StepName where, int attempt, @Nullable StepResult result) {
      return new StepMoved(at, where, status, attempt, null, result, null);
    }

    @Override
    public Level level() {
      return status == StepStatus.FAILED ? Level.ERROR : Level.INFO;
    }

    @Override
    public String message() {
      String what = where.wire() + " " + status.wire();
      return error == null ? what : what + ": " + error.message();
    }

    @Override
    public Map<String, Object> data() {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("id", where.id());
      data.put("name", where.wire());
      data.put("status", status.wire());
      data.put("attempt", attempt);
      if (limit != null) {
        data.put("deadline_at", Json.time(limit.until()));
      }
      if (error != null) {
        data.put("error", error);
      }
      return data;
    }
  }

  /** The URL serves another release. */
  record WentLive(Instant at, URI url, int release, String artifactSha256) implements Line {
    @Override
    public String message() {
      return "Release " + release + " is live at " + url;
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("url", url.toString(), "release", release, "artifact_sha256", artifactSha256);
    }
  }

  /** The record of a release is complete; it never changes from here on. */
  record ReceiptWritten(Instant at, Receipt receipt) implements Line {
    @Override
    public String message() {
      return "Receipt of release " + receipt.release() + ": " + receipt.receiptSha256();
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("release", receipt.release(), "receipt_sha256", receipt.receiptSha256());
    }
  }

  /** The report of a run's end-to-end checks, for those who ask for it later. */
  record TestsReported(Instant at, int release, List<CheckResult> checks) implements Line {
    private long passed() {
      return checks.stream().filter(CheckResult::passed).count();
    }

    @Override
    public String message() {
      return passed() + " of " + checks.size() + " checks passed";
    }

    @Override
    public Map<String, Object> data() {
      return Map.of("passed", passed(), "failed", checks.size() - passed());
    }
  }

  /** The run is over; nothing of it follows. */
  record RunEnded(
      Instant at,
      ExecutionStatus status,
      @Nullable ErrorInfo error,
      @Nullable Map<String, Object> result)
      implements Line {
    @Override
    public Level level() {
      return status == ExecutionStatus.FAILED ? Level.ERROR : Level.INFO;
    }

    @Override
    public String message() {
      return error == null
          ? "The run is " + status.wire()
          : "The run is " + status.wire() + ": " + error.message();
    }

    @Override
    public Map<String, Object> data() {
      Map<String, Object> data = new LinkedHashMap<>();
      data.put("status", status.wire());
      if (error != null) {
        data.put("error", error);
      }
      if (result != null) {
        data.put("result", result);
      }
      return data;
    }
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.StepResult.Deployed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What follows from lines of the journal, besides the rows of execution and steps, written in their
 * transaction: by the same statement, or, where it takes more than a row, by those after it.
 */
final class DerivedState {
  private final Map<String, Object> once = new LinkedHashMap<>();
  private final List<Map<String, Object>> worked = new ArrayList<>();
  private final List<Map<String, Object>> released = new ArrayList<>();
  private final List<Map<String, Object>> receipts = new ArrayList<>();

  private DerivedState() {}

  /** As a JSON object for {@link JournalTable}; null where nothing follows. */
  static @Nullable String of(List<Line> lines) {
    DerivedState state = new DerivedState();
    lines.forEach(state::follow);
    state.often("worked", state.worked);
    state.often("released", state.released);
    state.often("receipts", state.receipts);
    return state.once.isEmpty() ? null : Json.write(state.once);
  }

  private void often(String name, List<Map<String, Object>> rows) {
    if (!rows.isEmpty()) {
      once.put(name, rows);
    }
  }

  private void follow(Line line) {
    switch (line) {
      case Line.Log _, Line.AgentTold _, Line.Check _, Line.StageBegun _, Line.WentLive _ -> {}
      case Line.RunRequested _ -> {} // whoever asks writes the run itself
      case Line.Answered _ -> {} // see statements
      case Line.RunStarted started -> {
        if (started.run() != RunKind.DESTROY) {
          once.put("started", started(started));
        }
      }
      case Line.MendingBegun begun -> once.put("mending", begun.mending());
      case Line.AgentWorked told ->
          worked.add(
              Map.of(
                  "turn", told.turn(),
                  "month", QuotaStore.month(told.at()).toString(),
                  "ms", told.worked().toMillis()));
      case Line.StepMoved moved -> {
        if (moved.result() instanceof Deployed deployed && deployed.fresh()) {
          released.add(release(moved.at(), deployed.release()));
        }
      }
      case Line.TestsReported tests ->
          once.put(
              "tested",
              Map.of("release", tests.release(), "checks", tests.checks(), "at", tests.at()));
      case Line.ReceiptWritten written ->
          receipts.add(
              Map.of("release", written.receipt().release(), "receipt", written.receipt()));
      case Line.RunEnded ended ->
          once.put("ended", Map.of("status", ended.status().wire(), "at", ended.at()));
    }
  }

  private static Map<String, Object> started(Line.RunStarted started) {
    return Map.of(
        "at", started.at(),
        "until", started.limit().until(),
        "longest_ms", started.limit().longest().toMillis());
  }

  private static Map<String, Object> release(Instant at, Release release) {
    return Map.of(
        "release", release.number(),
        "run", release.run(),
        "source_commit", release.sourceCommit(),
        "artifact_sha256", release.artifactSha256(),
        "files", release.files(),
        "at", at);
  }

  /** What follows for other tables: words to the user, and how long a destruction may take. */
  static List<Statement> statements(Lease lease, List<Line> lines) {
    return lines.stream()
        .flatMap(
            line ->
                switch (line) {
                  case Line.Answered answer -> Stream.of(said(lease, answer));
                  case Line.RunStarted started when started.run() == RunKind.DESTROY ->
                      Stream.of(destroys(lease, started));
                  default -> Stream.<Statement>empty();
                })
        .toList();
  }

  private static Statement destroys(Lease lease, Line.RunStarted started) {
    return Statement.of(
        "update executions set destruction_until = $2, destruction_longest_ms = $3"
            + " where execution_id = $1",
        lease.execution().toString(),
        Rows.time(started.limit().until()),
        started.limit().longest().toMillis());
  }

  private static Statement said(Lease lease, Line.Answered answered) {
    return ChatStore.said(
        lease.execution(),
        lease.tenant(),
        lease.run(),
        new ChatStore.Word(
            UUID.randomUUID().toString(),
            "agent",
            answered.text(),
            answered.proof(),
            answered.at()));
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.StepResult.Deployed;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What follows from lines of the journal, besides the rows of execution and steps, written in their
 * transaction.
 */
final class DerivedState {
  private DerivedState() {}

  static List<Statement> of(Lease lease, List<Line> lines) {
    return lines.stream().flatMap(line -> statement(lease, line).stream()).toList();
  }

  private static Optional<Statement> statement(Lease lease, Line line) {
    String id = lease.execution().toString();
    return switch (line) {
      case Line.Log _, Line.AgentTold _, Line.Check _, Line.StageBegun _, Line.WentLive _ ->
          Optional.empty();
      case Line.MendingBegun begun ->
          Optional.of(
              Statement.of(
                  "update runs set mending = $3::text::jsonb where execution_id = $1 and run = $2",
                  id,
                  lease.run(),
                  Json.write(begun.mending())));
      case Line.AgentWorked worked -> Optional.of(QuotaStore.worked(lease, worked));
      case Line.Answered answered ->
          Optional.of(
              ChatStore.said(
                  lease.execution(),
                  lease.tenant(),
                  lease.run(),
                  new ChatStore.Word(
                      UUID.randomUUID().toString(),
                      "agent",
                      answered.text(),
                      answered.proof(),
                      answered.at())));
      case Line.RunRequested _ -> Optional.empty(); // whoever asks writes the run itself
      case Line.RunStarted started -> runStarted(lease, id, started);
      case Line.StepMoved moved ->
          moved.result() instanceof Deployed deployed && deployed.fresh()
              ? Optional.of(newRelease(lease, id, moved, deployed.release()))
              : Optional.empty();
      case Line.ReceiptWritten written ->
          Optional.of(
              Statement.of(
                  "update releases set receipt = $3::text::jsonb"
                      + " where execution_id = $1 and release = $2 and receipt is null",
                  id,
                  written.receipt().release(),
                  Json.write(written.receipt())));
      case Line.TestsReported tests ->
          Optional.of(
              Statement.of(
                  "insert into test_reports"
                      + " (execution_id, run, tenant_id, release, checks, created_at)"
                      + " values ($1, $2, $3, $4, $5::text::jsonb, $6)"
                      + " on conflict (execution_id, run) do update"
                      + " set release = excluded.release, checks = excluded.checks,"
                      + " created_at = excluded.created_at",
                  id,
                  lease.run(),
                  lease.tenant().value(),
                  tests.release(),
                  Json.write(tests.checks()),
                  Rows.time(tests.at())));
      case Line.RunEnded ended ->
          Optional.of(
              Statement.of(
                  "update runs set status = $3, finished_at = $4"
                      + " where execution_id = $1 and run = $2 and finished_at is null",
                  id,
                  lease.run(),
                  ended.status().wire(),
                  Rows.time(ended.at())));
    };
  }

  private static Optional<Statement> runStarted(Lease lease, String id, Line.RunStarted started) {
    if (started.run() == RunKind.DESTROY) {
      return Optional.empty();
    }
    return Optional.of(
        Statement.of(
            "update runs set status = 'running', started_at = coalesce(started_at, $3),"
                + " until = $4, longest_ms = $5 where execution_id = $1 and run = $2",
            id,
            lease.run(),
            Rows.time(started.at()),
            Rows.time(started.limit().until()),
            started.limit().longest().toMillis()));
  }

  private static Statement newRelease(
      Lease lease, String id, Line.StepMoved moved, Release release) {
    return Statement.of(
        "insert into releases"
            + " (execution_id, release, tenant_id, run, source_commit, artifact_sha256, files,"
            + " created_at) values ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8)",
        id,
        release.number(),
        lease.tenant().value(),
        release.run(),
        release.sourceCommit(),
        release.artifactSha256(),
        Json.write(release.files()),
        Rows.time(moved.at()));
  }
}

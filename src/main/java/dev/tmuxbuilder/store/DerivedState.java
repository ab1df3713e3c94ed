package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Lease;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Release;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.StepResult.Deployed;
import dev.tmuxbuilder.execution.StepStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What follows from a line of the journal, written in its transaction. */
final class DerivedState {
  private record Statement(String sql, Tuple values) {}

  private DerivedState() {}

  static Uni<Void> follow(SqlConnection connection, Lease lease, List<Line> lines) {
    Uni<?>[] statements =
        lines.stream()
            .flatMap(line -> statements(lease, line).stream())
            .map(statement -> connection.preparedQuery(statement.sql()).execute(statement.values()))
            .toArray(Uni<?>[]::new);
    return statements.length == 0 ? Uni.createFrom().voidItem() : Transactions.together(statements);
  }

  private static List<Statement> statements(Lease lease, Line line) {
    String id = lease.execution().toString();
    return switch (line) {
      case Line.Log ignored -> List.of();
      case Line.Check ignored -> List.of();
      case Line.RunRequested ignored -> List.of(); // whoever asks writes the run itself
      case Line.RunStarted started -> runStarted(lease, id, started);
      case Line.StepMoved moved -> stepMoved(lease, id, moved);
      case Line.StageBegun begun ->
          List.of(
              statement(
                  "update steps set stage = $4, stage_until = $5"
                      + " where execution_id = $1 and run = $2 and step = $3",
                  id,
                  lease.run(),
                  begun.where().id(),
                  begun.stage(),
                  Rows.time(begun.limit().until())));
      case Line.WentLive live ->
          List.of(
              statement(
                  "update executions set url = $2, release = $3 where execution_id = $1",
                  id,
                  live.url().toString(),
                  live.release()));
      case Line.ReceiptWritten written ->
          List.of(
              statement(
                  "update releases set receipt = $3::text::jsonb"
                      + " where execution_id = $1 and release = $2 and receipt is null",
                  id,
                  written.receipt().release(),
                  Json.write(written.receipt())));
      case Line.TestsReported tests ->
          List.of(
              statement(
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
      case Line.RunEnded ended -> runEnded(lease, id, ended);
    };
  }

  private static List<Statement> runStarted(Lease lease, String id, Line.RunStarted started) {
    Statement execution =
        statement(
            "update executions set status = 'running', error = null where execution_id = $1", id);
    if (started.run() == RunKind.DESTROY) {
      return List.of(execution);
    }
    return List.of(
        execution,
        statement(
            "update runs set status = 'running', started_at = coalesce(started_at, $3),"
                + " until = $4, longest_ms = $5 where execution_id = $1 and run = $2",
            id,
            lease.run(),
            Rows.time(started.at()),
            Rows.time(started.limit().until()),
            started.limit().longest().toMillis()));
  }

  private static List<Statement> stepMoved(Lease lease, String id, Line.StepMoved moved) {
    List<Statement> statements = new ArrayList<>();
    boolean running = moved.status() == StepStatus.RUNNING;
    statements.add(
        statement(
            "update steps set status = $4, attempt = $5, error = $6::text::jsonb,"
                + " result = $7::text::jsonb,"
                + " started_at = case when $8 then coalesce(started_at, $9) else started_at end,"
                + " finished_at = case when $8 then null else $9 end,"
                + " until = $10, longest_ms = $11, stage = null, stage_until = null"
                + " where execution_id = $1 and run = $2 and step = $3",
            id,
            lease.run(),
            moved.where().id(),
            moved.status().wire(),
            moved.attempt(),
            moved.error() == null ? null : Json.write(moved.error()),
            moved.result() == null ? null : Json.write(moved.result()),
            running,
            Rows.time(moved.at()),
            moved.limit() == null ? null : Rows.time(moved.limit().until()),
            moved.limit() == null ? null : moved.limit().longest().toMillis()));
    if (running) {
      statements.add(
          statement(
              "update executions set current_step = $2 where execution_id = $1",
              id,
              moved.where().id()));
    }
    if (moved.result() instanceof Deployed deployed && deployed.fresh()) {
      statements.add(newRelease(lease, id, moved, deployed.release()));
    }
    return statements;
  }

  private static Statement newRelease(
      Lease lease, String id, Line.StepMoved moved, Release release) {
    return statement(
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

  private static List<Statement> runEnded(Lease lease, String id, Line.RunEnded ended) {
    List<Statement> statements = new ArrayList<>();
    statements.add(
        statement(
            "update executions set status = $2, error = $3::text::jsonb,"
                + " result = coalesce($4::text::jsonb, result) where execution_id = $1",
            id,
            ended.status().wire(),
            ended.error() == null ? null : Json.write(ended.error()),
            ended.result() == null ? null : Json.write(ended.result())));
    if (ended.status() == ExecutionStatus.DESTROYED) {
      statements.add(
          statement(
              "update executions set url = null, release = null where execution_id = $1", id));
    }
    statements.add(
        statement(
            "update runs set status = $3, finished_at = $4"
                + " where execution_id = $1 and run = $2 and finished_at is null",
            id,
            lease.run(),
            ended.status().wire(),
            Rows.time(ended.at())));
    return statements;
  }

  private static Statement statement(String sql, @Nullable Object... values) {
    Tuple tuple = Tuple.tuple();
    Arrays.stream(values).forEach(tuple::addValue);
    return new Statement(sql, tuple);
  }
}

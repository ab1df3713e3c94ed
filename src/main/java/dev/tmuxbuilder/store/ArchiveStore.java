package dev.tmuxbuilder.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What can be read of executions besides their state. */
@ApplicationScoped
class ArchiveStore implements Archive {
  static final Place NEWEST = new Place(Instant.parse("9999-12-31T00:00:00Z"), "\u007f");

  private static final String SESSIONS =
      "select e.execution_id, site_name, host_provider, site_type, status, url, e.release,"
          + " e.created_at, (r.receipt->'cost_estimate')::text as cost_estimate from executions e"
          + " left join releases r on r.execution_id = e.execution_id and r.release = e.release"
          + " where %s and (e.created_at, session_id) < ($2, $3)"
          + " order by e.created_at desc, session_id desc limit $4";

  private static final String OF_USER = SESSIONS.formatted("user_id = $1");

  private static final String OF_TENANT = SESSIONS.formatted("e.tenant_id = $1");

  private static final String EVENTS =
      "select coalesce(json_agg(v order by v.seq), '[]')::text as events from (select seq, at, run,"
          + " kind, level, step, stage, message, data from events"
          + " where execution_id = $1 and seq > $2 order by seq limit $3) v";

  private final Transactions transactions;

  ArchiveStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Uni<List<Session>> sessions(
      TenantId tenant, UserId user, Optional<Place> before, int limit) {
    return sessions(tenant, OF_USER, user.value(), before, limit);
  }

  @Override
  public Uni<List<Session>> sessions(TenantId tenant, Optional<Place> before, int limit) {
    return sessions(tenant, OF_TENANT, tenant.value(), before, limit);
  }

  private Uni<List<Session>> sessions(
      TenantId tenant, String sql, UUID whose, Optional<Place> before, int limit) {
    Place place = before.orElse(NEWEST);
    return transactions
        .alone(
            tenant,
            Statement.of(sql, whose, Rows.time(place.createdAt()), place.sessionId(), limit))
        .map(rows -> Rows.list(rows, ArchiveStore::session));
  }

  static Session session(Row row) {
    return new Session(
        ExecutionId.of(row.getString("execution_id")),
        row.getString("site_name"),
        Rows.named(row, "host_provider", HostProvider.class),
        Rows.named(row, "site_type", SiteType.class),
        Rows.named(row, "status", ExecutionStatus.class),
        row.getString("url"),
        row.getInteger("release"),
        Rows.instant(row, "created_at"),
        Rows.json(row.getString("cost_estimate"), Receipt.CostEstimate.class));
  }

  @Override
  public Uni<List<Receipt>> receipts(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select receipt::text as receipt from releases where execution_id = $1"
                        + " and receipt is not null order by release")
                .execute(Tuple.of(execution.toString()))
                .map(
                    rows ->
                        Rows.list(
                            rows, row -> Json.read(row.getString("receipt"), Receipt.class))));
  }

  @Override
  public Uni<Optional<Report>> tests(
      TenantId tenant, ExecutionId execution, Optional<Integer> run) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select run, release, checks::text as checks from test_reports"
                        + " where execution_id = $1 and ($2::integer is null or run = $2)"
                        + " order by run desc limit 1")
                .execute(Tuple.tuple().addValue(execution.toString()).addValue(run.orElse(null)))
                .map(rows -> Rows.first(rows).map(ArchiveStore::report)));
  }

  private static Report report(Row row) {
    return new Report(
        row.getInteger("run"),
        row.getInteger("release"),
        Arrays.asList(Json.read(row.getString("checks"), CheckResult[].class)));
  }

  @Override
  public Uni<List<Event>> events(TenantId tenant, ExecutionId execution, long since, int limit) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(EVENTS)
                .execute(Tuple.of(execution.toString(), since, limit))
                .map(
                    rows ->
                        SnapshotRow.events(
                            Json.read(
                                Rows.first(rows).orElseThrow().getString("events"),
                                JsonNode.class))));
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UntouchedSites;
import dev.tmuxbuilder.execution.Watchers;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds them for all tenants by a function that gives ids only, and writes as each one's own. */
@ApplicationScoped
class UntouchedStore implements UntouchedSites {
  private static final String WARNED =
      "update executions set warned_at = $2 where execution_id = $1 returning run";

  private final Transactions transactions;
  private final Watchers watchers;
  private final Clock clock;

  UntouchedStore(Transactions transactions, Watchers watchers, Clock clock) {
    this.transactions = transactions;
    this.watchers = watchers;
    this.clock = clock;
  }

  @Override
  public Uni<List<Untouched>> since(HostProvider host, SiteType type, Instant time, int most) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(
                    "select tenant_id, execution_id, touched_at, warned_at"
                        + " from executions_untouched($1, $2, $3, $4)")
                .execute(Tuple.of(host.wire(), type.wire(), Rows.time(time), most))
                .map(rows -> Rows.list(rows, UntouchedStore::untouched)));
  }

  private static Untouched untouched(Row row) {
    return new Untouched(
        new TenantId(row.getUUID("tenant_id")),
        ExecutionId.of(row.getString("execution_id")),
        Rows.instant(row, "touched_at"),
        Optional.ofNullable(row.getOffsetDateTime("warned_at")).map(OffsetDateTime::toInstant));
  }

  @Override
  public Uni<Void> warn(Untouched site, String words) {
    Instant now = clock.instant();
    return transactions
        .inTenant(
            site.tenant(),
            connection ->
                connection
                    .preparedQuery(WARNED)
                    .execute(Tuple.of(site.execution().toString(), Rows.time(now)))
                    .map(Rows::first)
                    .chain(
                        found ->
                            found.isEmpty()
                                ? Uni.createFrom().voidItem()
                                : JournalTable.append(
                                        connection,
                                        site.tenant(),
                                        site.execution(),
                                        found.get().getInteger("run"),
                                        new Line.Log(now, Level.WARN, null, null, words, Map.of()))
                                    .replaceWithVoid()))
        .invoke(() -> watchers.grown(site.execution(), Watchers.SOMETHING));
  }
}

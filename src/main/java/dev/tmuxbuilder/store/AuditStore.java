package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Audit;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The audit's lines. The service may add one and read them; no more. */
@ApplicationScoped
class AuditStore implements Audit {
  private final Transactions transactions;

  AuditStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Uni<Void> note(TenantId tenant, Entry entry) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", Json.time(entry.at()));
    line.put("actor", entry.actor());
    line.put("address", entry.address());
    line.put("action", entry.action());
    line.put("target", entry.target());
    line.put("outcome", entry.outcome());
    return transactions
        .inTenant(
            tenant,
            connection ->
                connection
                    .preparedQuery("select add_to_audit($1)")
                    .execute(Tuple.of(Json.write(line))))
        .replaceWithVoid();
  }

  @Override
  public Uni<List<String>> lines(TenantId tenant, long since, int most) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("select line from audit where seq > $1 order by seq limit $2")
                .execute(Tuple.of(since, most))
                .map(rows -> Rows.list(rows, row -> row.getString("line"))));
  }
}

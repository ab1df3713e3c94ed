package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Audit;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The audit's lines. The service may add one and read them; no more. */
@ApplicationScoped
class AuditStore implements Audit {
  private final Transactions transactions;

  AuditStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Uni<Void> note(TenantId tenant, Entry entry) {
    return transactions
        .inTenant(
            tenant,
            connection ->
                connection.preparedQuery("select add_to_audit($1)").execute(Tuple.of(line(entry))))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> noteOperators(Entry entry) {
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery("select add_to_operators_audit($1)")
                    .execute(Tuple.of(line(entry))))
        .replaceWithVoid();
  }

  private static String line(Entry entry) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", Json.time(entry.at()));
    line.put("actor", entry.actor());
    line.put("address", entry.address());
    line.put("action", entry.action());
    line.put("target", entry.target());
    line.put("outcome", entry.outcome());
    return Json.write(line);
  }

  @Override
  public Uni<List<String>> lines(TenantId tenant, long since, int most) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("select line from audit where seq > $1 order by seq limit $2")
                .execute(Tuple.of(since, most))
                .map(AuditStore::lines));
  }

  @Override
  public Uni<List<String>> newest(TenantId tenant, int most) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("select line from audit order by seq desc limit $1")
                .execute(Tuple.of(most))
                .map(AuditStore::lines));
  }

  @Override
  public Uni<List<String>> operatorsLines(long since, int most) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select line from operators_audit_lines($1, $2)")
                .execute(Tuple.of(since, most))
                .map(AuditStore::lines));
  }

  @Override
  public Uni<List<Noted>> newestOfAll(int most) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from newest_audit($1)")
                .execute(Tuple.of(most))
                .map(
                    rows ->
                        Rows.list(
                            rows,
                            row ->
                                new Noted(
                                    Optional.ofNullable(row.getUUID("tenant_id"))
                                        .map(TenantId::new),
                                    row.getString("line")))));
  }

  private static List<String> lines(RowSet<Row> rows) {
    return Rows.list(rows, row -> row.getString("line"));
  }
}

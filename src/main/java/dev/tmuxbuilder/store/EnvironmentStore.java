package dev.tmuxbuilder.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.secrets.Sealed;
import dev.tmuxbuilder.secrets.SealedEnvironments;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Sites' environments; nothing here can open them. */
@ApplicationScoped
class EnvironmentStore implements SealedEnvironments {
  private static final String READ =
      "select version, master, wrapped_key, variables::text as variables from site_environments"
          + " where execution_id = $1";

  private final Transactions transactions;

  EnvironmentStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Uni<Optional<Sealed>> read(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(tenant, connection -> read(connection, execution));
  }

  private static Uni<Optional<Sealed>> read(SqlConnection connection, ExecutionId execution) {
    return connection
        .preparedQuery(READ)
        .execute(Tuple.of(execution.toString()))
        .map(rows -> Rows.first(rows).map(EnvironmentStore::sealed));
  }

  private static Sealed sealed(Row row) {
    JsonNode variables = Json.read(row.getString("variables"), JsonNode.class);
    return new Sealed(
        row.getLong("version"),
        row.getString("master"),
        row.getBuffer("wrapped_key").getBytes(),
        variables.valueStream().map(EnvironmentStore::variable).toList());
  }

  private static Sealed.Variable variable(JsonNode kept) {
    return new Sealed.Variable(
        kept.get("name").textValue(),
        Base64.getDecoder().decode(kept.get("sealed").textValue()),
        Instant.parse(kept.get("set_at").textValue()),
        kept.get("set_by").textValue());
  }

  @Override
  public Uni<Optional<Sealed>> change(
      TenantId tenant, ExecutionId execution, Function<Optional<Sealed>, Sealed> change) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select 1 from executions where execution_id = $1 and status <> 'destroyed'"
                        + " for no key update")
                .execute(Tuple.of(execution.toString()))
                .chain(
                    locked ->
                        locked.size() == 0
                            ? Uni.createFrom().item(Optional.empty())
                            : read(connection, execution)
                                .map(change)
                                .call(now -> write(connection, tenant, execution, now))
                                .map(Optional::of)));
  }

  private static Uni<Void> write(
      SqlConnection connection, TenantId tenant, ExecutionId execution, Sealed now) {
    List<Map<String, String>> variables =
        now.variables().stream()
            .map(
                one ->
                    Map.of(
                        "name", one.name(),
                        "sealed", Base64.getEncoder().encodeToString(one.sealed()),
                        "set_at", Json.time(one.setAt()),
                        "set_by", one.setBy()))
            .toList();
    return connection
        .preparedQuery(
            "insert into site_environments (execution_id, tenant_id, version, master, wrapped_key,"
                + " variables) values ($1, $2, $3, $4, $5, $6::text::jsonb)"
                + " on conflict (execution_id) do update set version = excluded.version,"
                + " master = excluded.master, wrapped_key = excluded.wrapped_key,"
                + " variables = excluded.variables")
        .execute(
            Tuple.tuple()
                .addValue(execution.toString())
                .addValue(tenant.value())
                .addValue(now.version())
                .addValue(now.master())
                .addValue(Buffer.buffer(now.wrappedKey()))
                .addValue(Json.write(variables)))
        .replaceWithVoid();
  }

  @Override
  public Uni<List<Owner>> owners() {
    return transactions.asNobody(
        connection ->
            connection
                .query("select * from sealed_sites()")
                .execute()
                .map(
                    rows ->
                        Rows.list(
                            rows,
                            row ->
                                new Owner(
                                    new TenantId(row.getUUID("tenant_id")),
                                    ExecutionId.of(row.getString("execution_id"))))));
  }
}

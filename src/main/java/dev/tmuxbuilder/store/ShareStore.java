package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Shares;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;

/** Links that open an execution to whoever has them; only their tokens' hashes are kept. */
@ApplicationScoped
class ShareStore implements Shares {
  private final Transactions transactions;
  private final Clock clock;

  ShareStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<Boolean> share(Shared shared, byte[] tokenSha256) {
    return transactions.inTenant(
        shared.tenant(),
        connection ->
            connection
                .preparedQuery(
                    "insert into shares (token_sha256, tenant_id, execution_id, with_log,"
                        + " created_at) select $1, tenant_id, execution_id, $3, $4"
                        + " from executions where execution_id = $2")
                .execute(
                    Tuple.of(
                        Buffer.buffer(tokenSha256),
                        shared.execution().toString(),
                        shared.withLog(),
                        Rows.time(clock.instant())))
                .map(rows -> rows.rowCount() == 1));
  }

  @Override
  public Uni<Void> revoke(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "update shares set revoked_at = $2"
                        + " where execution_id = $1 and revoked_at is null")
                .execute(Tuple.of(execution.toString(), Rows.time(clock.instant())))
                .map(RowSet::rowCount)
                .replaceWithVoid());
  }

  @Override
  public Uni<Optional<Shared>> open(byte[] tokenSha256) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from what_is_shared($1)")
                .execute(Tuple.of(Buffer.buffer(tokenSha256)))
                .map(Rows::first)
                .map(
                    found ->
                        found.map(
                            row ->
                                new Shared(
                                    new TenantId(row.getUUID("tenant_id")),
                                    ExecutionId.of(row.getString("execution_id")),
                                    row.getBoolean("with_log")))));
  }
}

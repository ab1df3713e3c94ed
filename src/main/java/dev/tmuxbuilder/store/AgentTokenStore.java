package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.gateway.AgentSession;
import dev.tmuxbuilder.gateway.AgentTokens;
import dev.tmuxbuilder.tenancy.Users;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;

/** Agents' tokens. */
@ApplicationScoped
class AgentTokenStore implements AgentTokens {
  private final Transactions transactions;
  private final Users users;
  private final Clock clock;

  AgentTokenStore(Transactions transactions, Users users, Clock clock) {
    this.transactions = transactions;
    this.users = users;
    this.clock = clock;
  }

  @Override
  public Uni<Void> add(ExecutionId execution, byte[] tokenSha256) {
    return users
        .tenantOf(execution.user())
        .map(found -> found.orElseThrow(() -> unknown(execution)))
        .chain(
            tenant ->
                transactions.inTenant(
                    tenant,
                    connection ->
                        connection
                            .preparedQuery(
                                "insert into agent_tokens"
                                    + " (token_sha256, tenant_id, execution_id, created_at)"
                                    + " select $1, tenant_id, execution_id, $3 from executions"
                                    + " where execution_id = $2")
                            .execute(
                                Tuple.of(
                                    Buffer.buffer(tokenSha256),
                                    execution.toString(),
                                    Rows.time(clock.instant())))
                            .invoke(
                                inserted -> {
                                  if (inserted.rowCount() != 1) {
                                    throw unknown(execution);
                                  }
                                })
                            .replaceWithVoid()));
  }

  private static IllegalArgumentException unknown(ExecutionId execution) {
    return new IllegalArgumentException("there is no " + execution);
  }

  @Override
  public Uni<Void> end(ExecutionId execution) {
    return users
        .tenantOf(execution.user())
        .chain(
            tenant ->
                tenant.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : transactions.inTenant(
                        tenant.get(),
                        connection ->
                            connection
                                .preparedQuery(
                                    "update agent_tokens set ended_at = $2"
                                        + " where execution_id = $1 and ended_at is null")
                                .execute(Tuple.of(execution.toString(), Rows.time(clock.instant())))
                                .replaceWithVoid()));
  }

  @Override
  public Uni<Optional<AgentSession>> whose(byte[] tokenSha256) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select tenant_id, execution_id, run from whose_agent_token($1)")
                .execute(Tuple.of(Buffer.buffer(tokenSha256)))
                .map(
                    rows ->
                        Rows.first(rows)
                            .map(
                                row ->
                                    new AgentSession(
                                        new TenantId(row.getUUID("tenant_id")),
                                        ExecutionId.of(row.getString("execution_id")),
                                        row.getInteger("run")))));
  }
}

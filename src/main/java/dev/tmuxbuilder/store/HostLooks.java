package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.HostProvider;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a host was looked at last for what purpose, and what came of it. */
@ApplicationScoped
class HostLooks {
  private static final String DONE =
      """
      insert into host_looks (purpose, provider, tried_at, done_at, basis, problem)
      values ($1, $2, $3, $3, $4, null)
      on conflict (purpose, provider)
      do update set tried_at = $3, done_at = $3, basis = $4, problem = null
      """;

  private static final String FAILED =
      """
      insert into host_looks (purpose, provider, tried_at, problem) values ($1, $2, $3, $4)
      on conflict (purpose, provider) do update set tried_at = $3, problem = $4
      """;

  private final Transactions transactions;
  private final Clock clock;

  HostLooks(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /** The last one at a host. */
  record Look(
      HostProvider host,
      Instant triedAt,
      Optional<Instant> doneAt,
      Optional<String> basis,
      Optional<String> problem) {}

  Uni<List<Look>> of(String purpose) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(
                    "select provider, tried_at, done_at, basis, problem from host_looks"
                        + " where purpose = $1 order by provider")
                .execute(Tuple.of(purpose))
                .map(
                    rows ->
                        Rows.list(
                            rows,
                            row ->
                                new Look(
                                    Rows.named(row, "provider", HostProvider.class),
                                    Rows.instant(row, "tried_at"),
                                    Optional.ofNullable(Rows.optionalInstant(row, "done_at")),
                                    Optional.ofNullable(row.getString("basis")),
                                    Optional.ofNullable(row.getString("problem"))))));
  }

  Uni<Void> done(SqlConnection connection, String purpose, HostProvider host, String basis) {
    return connection
        .preparedQuery(DONE)
        .execute(Tuple.of(purpose, host.wire(), Rows.time(clock.instant()), basis))
        .replaceWithVoid();
  }

  Uni<Void> failed(String purpose, HostProvider host, String problem) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(FAILED)
                .execute(Tuple.of(purpose, host.wire(), Rows.time(clock.instant()), problem))
                .replaceWithVoid());
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Watchers;
import dev.tmuxbuilder.gateway.AgentJournal;
import dev.tmuxbuilder.gateway.AgentSession;
import dev.tmuxbuilder.gateway.Ledger;
import dev.tmuxbuilder.gateway.Usage;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sums of what models cost, and the lines of the journal that tell of it. */
@ApplicationScoped
class LedgerStore implements Ledger, AgentJournal {
  private static final String STAGE = "model";

  /** Everything seen here is of the transaction's own tenant. */
  private static final String SPENT =
      """
      select coalesce((select sum(cost_microusd) from model_usage where execution_id = $1), 0)::bigint
               as session,
             coalesce((select sum(cost_microusd) from model_usage where user_id = $2 and day >= $3), 0)::bigint
               as of_user,
             coalesce((select sum(cost_microusd) from model_usage where tenant_id = $4 and day >= $3), 0)::bigint
               as of_tenant
      """;

  private static final String ADD =
      """
      insert into model_usage as u
             (execution_id, run, day, provider, model, tenant_id, user_id, requests, input_tokens,
              output_tokens, cache_read_tokens, cache_write_tokens, cost_microusd)
      values ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9, $10, $11, $12)
      on conflict (execution_id, run, day, provider, model) do update
        set requests = u.requests + 1,
            input_tokens = u.input_tokens + excluded.input_tokens,
            output_tokens = u.output_tokens + excluded.output_tokens,
            cache_read_tokens = u.cache_read_tokens + excluded.cache_read_tokens,
            cache_write_tokens = u.cache_write_tokens + excluded.cache_write_tokens,
            cost_microusd = u.cost_microusd + excluded.cost_microusd
      """;

  private static final String LOCK = "select 1 from executions where execution_id = $1 for update";

  private final Transactions transactions;
  private final Watchers watchers;
  private final Clock clock;

  LedgerStore(Transactions transactions, Watchers watchers, Clock clock) {
    this.transactions = transactions;
    this.watchers = watchers;
    this.clock = clock;
  }

  @Override
  public Uni<Spent> spent(AgentSession session) {
    return transactions.inTenant(
        session.tenant(),
        connection ->
            connection
                .preparedQuery(SPENT)
                .execute(
                    Tuple.of(
                        session.execution().toString(),
                        session.execution().user().value(),
                        today().withDayOfMonth(1),
                        session.tenant().value()))
                .map(rows -> Rows.first(rows).orElseThrow())
                .map(
                    row ->
                        new Spent(
                            row.getLong("session"),
                            row.getLong("of_user"),
                            row.getLong("of_tenant"))));
  }

  private LocalDate today() {
    return clock.instant().atOffset(ZoneOffset.UTC).toLocalDate();
  }

  @Override
  public Uni<Void> add(AgentSession session, Usage usage) {
    String message =
        usage.model()
            + ": "
            + (usage.inputTokens() + usage.cacheReadTokens() + usage.cacheWriteTokens())
            + " tokens in, "
            + usage.outputTokens()
            + " out";
    Line line = new Line.Log(clock.instant(), Level.DEBUG, null, STAGE, message, data(usage));
    return written(session, line, connection -> sum(connection, session, usage));
  }

  private static Map<String, Object> data(Usage usage) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("provider", usage.provider());
    data.put("model", usage.model());
    data.put("input_tokens", usage.inputTokens());
    data.put("output_tokens", usage.outputTokens());
    data.put("cache_read_tokens", usage.cacheReadTokens());
    data.put("cache_write_tokens", usage.cacheWriteTokens());
    data.put("cost_usd", BigDecimal.valueOf(usage.microUsd(), 6).stripTrailingZeros());
    return data;
  }

  private Uni<Void> sum(SqlConnection connection, AgentSession session, Usage usage) {
    return connection
        .preparedQuery(ADD)
        .execute(
            Tuple.tuple()
                .addValue(session.execution().toString())
                .addValue(session.run())
                .addValue(today())
                .addValue(usage.provider())
                .addValue(usage.model())
                .addValue(session.tenant().value())
                .addValue(session.execution().user().value())
                .addValue(usage.inputTokens())
                .addValue(usage.outputTokens())
                .addValue(usage.cacheReadTokens())
                .addValue(usage.cacheWriteTokens())
                .addValue(usage.microUsd()))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> tell(
      AgentSession session, Level level, String stage, String message, Map<String, Object> data) {
    Line line = new Line.Log(clock.instant(), level, null, stage, message, data);
    return written(session, line, connection -> Uni.createFrom().voidItem());
  }

  private interface Work {
    Uni<Void> with(SqlConnection connection);
  }

  private Uni<Void> written(AgentSession session, Line line, Work work) {
    return transactions
        .inTenant(
            session.tenant(),
            connection ->
                connection
                    .preparedQuery(LOCK)
                    .execute(Tuple.of(session.execution().toString()))
                    .chain(() -> work.with(connection))
                    .chain(
                        () ->
                            JournalTable.append(
                                connection,
                                session.tenant(),
                                session.execution(),
                                session.run(),
                                line)))
        .invoke(seq -> watchers.grown(session.execution(), seq))
        .replaceWithVoid();
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.AgentMinutes;
import dev.tmuxbuilder.execution.OverQuota;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Quotas;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Optional;

/** What tenants may have, and what they have. */
@ApplicationScoped
class QuotaStore implements Quotas {
  /** Of the tenant that the transaction names; a release's size is in its receipt. */
  private static final String STATE =
      """
      select (select count(*) from executions where status <> 'destroyed') as used_sites,
             (select coalesce(sum((r.receipt->>'bytes')::bigint), 0)::bigint
                from releases r join executions e on e.execution_id = r.execution_id
               where e.status <> 'destroyed') as used_bytes,
             (select coalesce(sum(worked_ms), 0)::bigint
                from agent_time where month = $1) as used_agent_ms,
             q.set_by is not null as own, q.sites::bigint as sites, q.storage_bytes,
             q.agent_minutes
        from (select 1) one left join tenant_quotas q on true
      """;

  private static final String SET =
      """
      insert into tenant_quotas
             (tenant_id, sites, storage_bytes, agent_minutes, set_by, set_at)
      select tenant_id, $2, $3, $4, $5, $6 from tenants where tenant_id = $1
      on conflict (tenant_id)
      do update set sites = $2, storage_bytes = $3, agent_minutes = $4, set_by = $5, set_at = $6
      """;

  private static final String AGENT_MINUTES =
      """
      select case when q.set_by is null then $2 else q.agent_minutes end as most,
             (select coalesce(sum(worked_ms), 0)::bigint from agent_time where month = $1) as worked
        from (select 1) one left join tenant_quotas q on true
      """;

  private final Transactions transactions;
  private final Quota everybodys;
  private final Clock clock;

  QuotaStore(Transactions transactions, Settings settings, Clock clock) {
    this.transactions = transactions;
    this.everybodys =
        new Quota(
            settings.quota().sites(),
            settings.quota().storageBytes(),
            settings.quota().agentMinutes());
    this.clock = clock;
  }

  @Override
  public Uni<State> of(TenantId tenant) {
    return transactions.inTenant(tenant, this::state);
  }

  private Uni<State> state(SqlConnection connection) {
    return connection
        .preparedQuery(STATE)
        .execute(Tuple.of(month(clock.instant())))
        .map(rows -> Rows.first(rows).map(this::state).orElseThrow());
  }

  private State state(Row row) {
    boolean own = row.getBoolean("own");
    return new State(
        own
            ? new Quota(
                Optional.ofNullable(row.getLong("sites")),
                Optional.ofNullable(row.getLong("storage_bytes")),
                Optional.ofNullable(row.getLong("agent_minutes")))
            : everybodys,
        own,
        row.getLong("used_sites"),
        row.getLong("used_bytes"),
        Duration.ofMillis(row.getLong("used_agent_ms")));
  }

  static LocalDate month(Instant when) {
    return LocalDate.ofInstant(when, ZoneOffset.UTC).withDayOfMonth(1);
  }

  /** How long the tenant's agents may work in this month; empty where there is no limit. */
  Uni<Optional<AgentMinutes>> agentMinutes(TenantId tenant) {
    return transactions
        .alone(
            tenant,
            Statement.of(
                AGENT_MINUTES, month(clock.instant()), everybodys.agentMinutes().orElse(null)))
        .map(rows -> Rows.first(rows).orElseThrow())
        .map(
            row ->
                Optional.ofNullable(row.getLong("most"))
                    .map(most -> new AgentMinutes(most, Duration.ofMillis(row.getLong("worked")))));
  }

  /**
   * Fails with {@link OverQuota} where the tenant that the transaction names may have no more of
   * one of these.
   */
  Uni<Void> require(SqlConnection connection, OverQuota.What... wanted) {
    return state(connection)
        .invoke(now -> Arrays.stream(wanted).forEach(what -> require(now, what)))
        .replaceWithVoid();
  }

  private static void require(State now, OverQuota.What what) {
    switch (what) {
      case SITES -> require(what, now.sites(), now.quota().sites());
      case STORAGE -> require(what, now.storageBytes(), now.quota().storageBytes());
      case AGENT_MINUTES -> require(what, now.agentTime().toMinutes(), now.quota().agentMinutes());
      case FILES -> {} // an execution's, which has a limit of its own
    }
  }

  private static void require(OverQuota.What what, long used, Optional<Long> most) {
    most.filter(limit -> used >= limit)
        .ifPresent(
            limit -> {
              throw new OverQuota(what, used, limit);
            });
  }

  @Override
  public Uni<Boolean> set(TenantId tenant, Quota quota, String by) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(SET)
                .execute(
                    Tuple.of(
                        tenant.value(),
                        quota.sites().map(Long::intValue).orElse(null),
                        quota.storageBytes().orElse(null),
                        quota.agentMinutes().orElse(null),
                        by,
                        Rows.time(clock.instant())))
                .map(rows -> rows.rowCount() == 1));
  }

  @Override
  public Uni<Void> remove(TenantId tenant) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("delete from tenant_quotas where tenant_id = $1")
                .execute(Tuple.of(tenant.value()))
                .replaceWithVoid());
  }
}

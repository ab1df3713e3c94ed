package dev.tmuxbuilder.store;

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
             q.set_by is not null as own, q.sites::bigint as sites, q.storage_bytes
        from (select 1) one left join tenant_quotas q on true
      """;

  private static final String SET =
      """
      insert into tenant_quotas (tenant_id, sites, storage_bytes, set_by, set_at)
      select tenant_id, $2, $3, $4, $5 from tenants where tenant_id = $1
      on conflict (tenant_id)
      do update set sites = $2, storage_bytes = $3, set_by = $4, set_at = $5
      """;

  private final Transactions transactions;
  private final Quota everybodys;
  private final Clock clock;

  QuotaStore(Transactions transactions, Settings settings, Clock clock) {
    this.transactions = transactions;
    this.everybodys = new Quota(settings.quota().sites(), settings.quota().storageBytes());
    this.clock = clock;
  }

  @Override
  public Uni<State> of(TenantId tenant) {
    return transactions.inTenant(tenant, this::state);
  }

  private Uni<State> state(SqlConnection connection) {
    return connection
        .query(STATE)
        .execute()
        .map(rows -> Rows.first(rows).map(this::state).orElseThrow());
  }

  private State state(Row row) {
    boolean own = row.getBoolean("own");
    return new State(
        own
            ? new Quota(
                Optional.ofNullable(row.getLong("sites")),
                Optional.ofNullable(row.getLong("storage_bytes")))
            : everybodys,
        own,
        row.getLong("used_sites"),
        row.getLong("used_bytes"));
  }

  /**
   * Fails with {@link OverQuota} where the tenant that the transaction names may have no more.
   *
   * @param newSite whether a site is about to be made; else a release of one that is there
   */
  Uni<Void> require(SqlConnection connection, boolean newSite) {
    return state(connection)
        .invoke(
            now -> {
              if (newSite) {
                require(OverQuota.What.SITES, now.sites(), now.quota().sites());
              }
              require(OverQuota.What.STORAGE, now.storageBytes(), now.quota().storageBytes());
            })
        .replaceWithVoid();
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

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.AllowedHost;
import dev.tmuxbuilder.hosting.AllowedHosts;
import dev.tmuxbuilder.tenancy.Users;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the programs of a tenant's sites may reach. */
@ApplicationScoped
class AllowedHostStore implements AllowedHosts {
  private static final String SET =
      """
      insert into tenant_allowed_hosts (tenant_id, hosts, set_by, set_at)
      select tenant_id, $2, $3, $4 from tenants where tenant_id = $1
      on conflict (tenant_id) do update set hosts = $2, set_by = $3, set_at = $4
      """;

  private final Transactions transactions;
  private final Users users;
  private final Clock clock;

  AllowedHostStore(Transactions transactions, Users users, Clock clock) {
    this.transactions = transactions;
    this.users = users;
    this.clock = clock;
  }

  @Override
  public Uni<List<AllowedHost>> of(TenantId tenant) {
    return transactions
        .alone(tenant, Statement.of("select hosts from tenant_allowed_hosts"))
        .map(rows -> Rows.first(rows).map(AllowedHostStore::hosts).orElse(List.of()));
  }

  private static List<AllowedHost> hosts(Row row) {
    return Arrays.stream(row.getArrayOfStrings("hosts"))
        .map(AllowedHost::parse)
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Uni<List<AllowedHost>> of(ExecutionId execution) {
    return users
        .tenantOf(execution.user())
        .chain(tenant -> tenant.map(this::of).orElseGet(() -> Uni.createFrom().item(List.of())));
  }

  @Override
  public Uni<Boolean> set(TenantId tenant, List<AllowedHost> hosts, String by) {
    String[] names = hosts.stream().map(AllowedHost::toString).toArray(String[]::new);
    return transactions
        .alone(tenant, Statement.of(SET, tenant.value(), names, by, Rows.time(clock.instant())))
        .map(rows -> rows.rowCount() > 0);
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Approvals;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** Where a tenant's releases wait for a yes. */
@ApplicationScoped
class ApprovalStore implements Approvals {
  private static final String SET =
      """
      insert into tenant_approvals (tenant_id, host_providers, set_by, set_at)
      values ($1, $2, $3, $4)
      on conflict (tenant_id) do update set host_providers = $2, set_by = $3, set_at = $4
      """;

  private final Transactions transactions;
  private final Clock clock;

  ApprovalStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<Set<HostProvider>> of(TenantId tenant) {
    return transactions
        .alone(tenant, Statement.of("select host_providers from tenant_approvals"))
        .map(
            rows ->
                Rows.first(rows)
                    .map(row -> hosts(row.getArrayOfStrings("host_providers")))
                    .orElse(Set.of()));
  }

  private static Set<HostProvider> hosts(String[] names) {
    return Arrays.stream(names)
        .map(name -> Named.of(HostProvider.class, name))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public Uni<Void> set(TenantId tenant, Set<HostProvider> hosts, String by) {
    String[] names = hosts.stream().map(HostProvider::wire).sorted().toArray(String[]::new);
    return transactions
        .alone(tenant, Statement.of(SET, tenant.value(), names, by, Rows.time(clock.instant())))
        .replaceWithVoid();
  }
}

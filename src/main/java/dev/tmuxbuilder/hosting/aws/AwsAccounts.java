package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** By whom the service acts on AWS: by itself, or by the role that a tenant has given it. */
final class AwsAccounts implements AutoCloseable {
  private final Late<Connections> connections;
  private final AwsAccess own;
  private final Map<TenantId, AwsAccess> tenants = new LinkedHashMap<>();

  AwsAccounts(Settings.Aws settings) {
    this.connections = new Late<>(() -> new Connections(settings));
    this.own = new AwsAccess(settings, connections);
    for (Settings.AssumedRole given : settings.roles().orElse(List.of())) {
      TenantId tenant = new TenantId(given.tenant());
      tenants.put(tenant, new AwsAccess(settings, tenant, given.role(), connections));
    }
  }

  /** The service's own. */
  AwsAccess own() {
    return own;
  }

  AwsAccess of(TenantId tenant) {
    return tenants.getOrDefault(tenant, own);
  }

  /**
   * A way into each account, the service's own first. Fails where one of the roles cannot be taken
   * on, rather than let an account look empty.
   */
  @CheckReturnValue
  Uni<List<AwsAccess>> each(String stage) {
    if (tenants.isEmpty()) {
      return Uni.createFrom().item(List.of(own));
    }
    List<AwsAccess> all = new ArrayList<>(List.of(own));
    all.addAll(tenants.values());
    return Uni.join()
        .all(all.stream().map(access -> access.account(stage)).toList())
        .usingConcurrencyOf(4)
        .andFailFast()
        .map(
            accounts -> {
              Set<String> seen = new HashSet<>();
              List<AwsAccess> different = new ArrayList<>();
              for (int i = 0; i < all.size(); i++) {
                if (seen.add(accounts.get(i))) {
                  different.add(all.get(i));
                }
              }
              return List.copyOf(different);
            });
  }

  @Override
  public void close() {
    own.close();
    tenants.values().forEach(AwsAccess::close);
    connections.close();
  }
}

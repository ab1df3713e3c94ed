package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.hosting.AllowedHost;
import dev.tmuxbuilder.hosting.AllowedHosts;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.stream.Stream;

/** The same hosts for everybody, in memory. */
final class Allowed implements AllowedHosts {
  private volatile List<AllowedHost> hosts = List.of();

  void only(String... names) {
    hosts = Stream.of(names).map(name -> AllowedHost.parse(name).orElseThrow()).toList();
  }

  @Override
  public Uni<List<AllowedHost>> of(TenantId tenant) {
    return Uni.createFrom().item(hosts);
  }

  @Override
  public Uni<List<AllowedHost>> of(ExecutionId execution) {
    return Uni.createFrom().item(hosts);
  }

  @Override
  public Uni<Boolean> set(TenantId tenant, List<AllowedHost> now, String by) {
    hosts = List.copyOf(now);
    return Uni.createFrom().item(true);
  }
}

package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Which hosts the programs of a tenant's dynamic sites may reach from within their walls. None of
 * the methods blocks.
 */
public interface AllowedHosts {
  /** In the order in which they were set; none unless somebody has set them. */
  Uni<List<AllowedHost>> of(TenantId tenant);

  /** Those of the tenant that the execution is in. */
  Uni<List<AllowedHost>> of(ExecutionId execution);

  /**
   * Sets them all; an empty list closes the way.
   *
   * @return whether there is such a tenant
   */
  Uni<Boolean> set(TenantId tenant, List<AllowedHost> hosts, String by);
}

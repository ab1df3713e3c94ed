package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * How many sites a tenant may have, and how many bytes the files of their releases may take. What
 * would go beyond that is refused with {@code OverQuota} before anything is made. None of the
 * methods blocks.
 */
public interface Quotas {
  /**
   * @param sites that are not destroyed; empty where there is no limit
   * @param storageBytes of all releases of such sites; empty where there is no limit
   */
  record Quota(Optional<Long> sites, Optional<Long> storageBytes) {}

  /**
   * @param own whether it was set for this tenant; else it is everybody's
   */
  record State(Quota quota, boolean own, long sites, long storageBytes) {}

  Uni<State> of(TenantId tenant);

  /** Whether there is such a tenant. */
  Uni<Boolean> set(TenantId tenant, Quota quota, String by);

  /** From now on everybody's holds. */
  Uni<Void> remove(TenantId tenant);
}

package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/**
 * How many sites a tenant may have, how many bytes the files of their releases may take, and how
 * many minutes agents may work for it in a month. What would go beyond that is refused with {@code
 * OverQuota} before anything is made. None of the methods blocks.
 */
public interface Quotas {
  /**
   * @param sites that are not destroyed; empty where there is no limit
   * @param storageBytes of all releases of such sites; empty where there is no limit
   * @param agentMinutes in a calendar month (UTC); empty where there is no limit
   */
  record Quota(Optional<Long> sites, Optional<Long> storageBytes, Optional<Long> agentMinutes) {}

  /**
   * @param own whether it was set for this tenant; else it is everybody's
   * @param agentTime that agents have worked in this month
   */
  record State(Quota quota, boolean own, long sites, long storageBytes, Duration agentTime) {}

  Uni<State> of(TenantId tenant);

  /** Whether there is such a tenant. */
  Uni<Boolean> set(TenantId tenant, Quota quota, String by);

  /** From now on everybody's holds. */
  Uni<Void> remove(TenantId tenant);
}

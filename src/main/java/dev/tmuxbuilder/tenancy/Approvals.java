package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.util.Set;

/**
 * On which hosts a tenant's releases wait for somebody's yes ({@link Permission#APPROVE}). What
 * somebody asks for who may say yes does not wait, nor does going back to an earlier release.
 */
public interface Approvals {
  /** Empty where nothing waits. */
  Uni<Set<HostProvider>> of(TenantId tenant);

  /** What waits already goes on waiting. */
  Uni<Void> set(TenantId tenant, Set<HostProvider> hosts, String by);
}

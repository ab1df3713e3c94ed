package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Executions that their owners made public, each by a link that can be taken back. */
public interface Shares {
  /**
   * What a link opens.
   *
   * @param withLog whether its owner lets the log be read too
   */
  record Shared(TenantId tenant, ExecutionId execution, boolean withLog) {}

  /**
   * Remembers a link by its token's hash; it lasts until it is revoked.
   *
   * @return false where there is no such execution
   */
  Uni<Boolean> share(Shared shared, byte[] tokenSha256);

  /** Takes all links of an execution back. */
  Uni<Void> revoke(TenantId tenant, ExecutionId execution);

  /** What a link opens, unless it was taken back. */
  Uni<Optional<Shared>> open(byte[] tokenSha256);
}

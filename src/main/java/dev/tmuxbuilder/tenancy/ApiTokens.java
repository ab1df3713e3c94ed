package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tokens with a name, a scope and an end. None of the methods blocks. */
public interface ApiTokens {
  /**
   * @param scope the most that it opens; without one it is the user's first token and opens what
   *     the user may
   */
  record Token(
      UUID id,
      UserId user,
      String name,
      Optional<Role> scope,
      Instant createdAt,
      Optional<Instant> expiresAt,
      Optional<Instant> lastUsedAt,
      Optional<Instant> revokedAt) {}

  /**
   * A token for a member of the tenant; empty where the user is none. Nobody makes one for another
   * person: that would be to act as somebody else.
   *
   * @param own whether the user asks; else it must be a service account
   */
  Uni<Optional<Issued<Token>>> issue(
      TenantId tenant, UserId user, boolean own, String name, Role scope, Instant expiresAt);

  /** All of the tenant, or one user's. */
  Uni<List<Token>> of(TenantId tenant, Optional<UserId> user);

  /** Whether there was such a token of the tenant's, or of that user's. */
  Uni<Boolean> revoke(TenantId tenant, UUID token, Optional<UserId> user);
}

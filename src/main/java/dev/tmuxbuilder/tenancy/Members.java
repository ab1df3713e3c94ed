package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tenants, who is in them, and how somebody gets in. None of the methods blocks. */
public interface Members {
  /** A tenant as one of its members sees it. */
  record Membership(TenantId tenant, Optional<String> name, Role role) {}

  /** A member; a service account is one without a phone. */
  record Member(UserId user, String email, Role role, boolean service, Instant since) {}

  /** A way in, for whoever has the email and the token. */
  record Invitation(
      UUID id,
      String email,
      Role role,
      String invitedBy,
      Instant createdAt,
      Instant expiresAt,
      Optional<Instant> acceptedAt,
      Optional<Instant> revokedAt) {}

  /** What came of a change of members. */
  enum Changed {
    DONE,
    UNKNOWN,
    /** A tenant is never without an admin. */
    LAST_ADMIN
  }

  /** Those that the user is a member of, oldest first. */
  Uni<List<Membership>> tenantsOf(UserId user);

  /** Whether there is such a tenant. */
  Uni<Boolean> exists(TenantId tenant);

  Uni<List<Member>> of(TenantId tenant);

  Uni<Changed> setRole(TenantId tenant, UserId user, Role role);

  Uni<Changed> remove(TenantId tenant, UserId user);

  /** Makes an account for a program, known by a name; empty where there is one of that name. */
  Uni<Optional<UserId>> addService(TenantId tenant, String name, Role role);

  /** The invitation, and the token that is told this once. */
  Uni<Issued<Invitation>> invite(
      TenantId tenant, String email, Role role, String by, Duration valid);

  Uni<List<Invitation>> invitations(TenantId tenant);

  Uni<Boolean> revokeInvitation(TenantId tenant, UUID invitation);

  /** Makes the user a member, where the invitation was for the user's email and still holds. */
  Uni<Optional<Membership>> accept(UserId user, byte[] tokenSha256);
}

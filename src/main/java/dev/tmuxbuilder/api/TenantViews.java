package dev.tmuxbuilder.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tmuxbuilder.tenancy.ApiTokens;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What the answers about tenants and tokens look like. */
@RegisterForReflection(
    targets = {
      TenantViews.Self.class,
      TenantViews.Tenant.class,
      TenantViews.MemberList.class,
      TenantViews.Member.class,
      TenantViews.Account.class,
      TenantViews.InvitationList.class,
      TenantViews.Invitation.class,
      TenantViews.TokenList.class,
      TenantViews.Token.class
    })
final class TenantViews {
  private TenantViews() {}

  /** Who calls. */
  record Self(
      @Schema(description = "user or operator") String kind,
      @Nullable String userId,
      List<Tenant> tenants) {}

  /** A tenant as its member sees it. */
  record Tenant(String tenantId, @Nullable String name, String role, List<String> permissions) {
    static Tenant of(Members.Membership one, Role role) {
      return new Tenant(
          one.tenant().toString(),
          one.name().orElse(null),
          role.wire(),
          Arrays.stream(Permission.values())
              .filter(role::may)
              .map(permission -> permission.name().toLowerCase(Locale.ROOT))
              .toList());
    }
  }

  /** All of a tenant. */
  record MemberList(List<Member> members) {}

  /** Somebody in a tenant. */
  record Member(
      String userId,
      String email,
      String role,
      @Schema(description = "person or service") String kind,
      Instant since) {
    static Member of(Members.Member member) {
      return new Member(
          member.user().toString(),
          member.email(),
          member.role().wire(),
          member.service() ? "service" : "person",
          member.since());
    }
  }

  /** An account for a program. */
  record Account(String userId, String name, String role) {}

  /** All that were sent. */
  record InvitationList(List<Invitation> invitations) {}

  /** A way in. */
  record Invitation(
      String invitationId,
      String email,
      String role,
      String invitedBy,
      String status,
      Instant createdAt,
      Instant expiresAt,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(description = "Only in the answer that makes it; shown once")
          @Nullable String token) {
    static Invitation of(Members.Invitation one, @Nullable String token, Instant now) {
      return new Invitation(
          one.id().toString(),
          one.email(),
          one.role().wire(),
          one.invitedBy(),
          status(one, now),
          one.createdAt(),
          one.expiresAt(),
          token);
    }

    private static String status(Members.Invitation one, Instant now) {
      if (one.revokedAt().isPresent()) {
        return "revoked";
      }
      if (one.acceptedAt().isPresent()) {
        return "accepted";
      }
      return one.expiresAt().isAfter(now) ? "open" : "expired";
    }
  }

  /** All that may be seen. */
  record TokenList(List<Token> tokens) {}

  /** A token, of which only the name is known. */
  record Token(
      String tokenId,
      String userId,
      String name,
      @Nullable String scope,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant revokedAt,
      @JsonInclude(JsonInclude.Include.NON_NULL)
          @Schema(description = "Only in the answer that makes it; shown once")
          @Nullable String token) {
    static Token of(ApiTokens.Token one, @Nullable String token) {
      return new Token(
          one.id().toString(),
          one.user().toString(),
          one.name(),
          one.scope().map(Role::wire).orElse(null),
          one.createdAt(),
          one.expiresAt().orElse(null),
          one.lastUsedAt().orElse(null),
          one.revokedAt().orElse(null),
          token);
    }
  }
}

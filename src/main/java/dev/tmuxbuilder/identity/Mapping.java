package dev.tmuxbuilder.identity;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.enums.UuidNamespace;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Person;
import dev.tmuxbuilder.tenancy.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * From what a provider says to a user, a tenant and a role here. Ids follow from what the provider
 * says, so that they are the same on every replica; no claim makes anybody a user that this service
 * knew before.
 */
final class Mapping {
  private static final String UNKNOWN_EMAIL = "unknown";

  private final Settings.Identity settings;
  private final Map<String, Role> roles;

  Mapping(Settings.Identity settings) {
    this.settings = settings;
    this.roles = new HashMap<>();
    settings.roles().ifPresent(all -> all.forEach(this::add));
    settings.defaultRole().ifPresent(Mapping::role);
  }

  private void add(String groupAndRole) {
    int equals = groupAndRole.lastIndexOf('=');
    if (equals < 1) {
      throw wrong(groupAndRole);
    }
    roles.put(
        groupAndRole.substring(0, equals).strip(),
        role(groupAndRole.substring(equals + 1).strip()));
  }

  private static Role role(String name) {
    return Named.parse(Role.class, name).orElseThrow(() -> wrong(name));
  }

  private static Refusal wrong(String what) {
    return new Refusal(
        "“" + what + "” in TMUXBUILDER_IDENTITY_ROLES or _DEFAULT_ROLE says no role.",
        "Write groups with their roles, such as: site-admins=admin,writers=editor");
  }

  /**
   * @throws NotMapped where no group of theirs has a role here, or the tenant is not said
   */
  Person person(Claims claims) {
    UserId user = new UserId(id("user", claims.issuer(), claims.subject()));
    Role role =
        claims.texts(settings.groupsClaim()).stream()
            .map(roles::get)
            .filter(java.util.Objects::nonNull)
            .min(Role::compareTo)
            .or(() -> settings.defaultRole().map(Mapping::role))
            .orElseThrow(() -> NotMapped.noRole(user, claims.said()));
    String email = claims.text("email").orElse(UNKNOWN_EMAIL);
    if (settings.tenantClaim().isEmpty()) {
      return new Person(
          user, email, new TenantId(user.value()), Optional.empty(), role, claims.said());
    }
    String tenant = claims.text(settings.tenantClaim().get()).orElseThrow(NotMapped::noTenant);
    return new Person(
        user,
        email,
        new TenantId(id("tenant", claims.issuer(), tenant)),
        Optional.of(tenant),
        role,
        claims.said());
  }

  /** UUIDv5 (RFC 9562) in the URL namespace. */
  private static java.util.UUID id(String kind, String issuer, String name) {
    return UuidCreator.getNameBasedSha1(
        UuidNamespace.NAMESPACE_URL, kind + "|" + issuer + "|" + name);
  }
}

package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import java.util.Map;
import java.util.Optional;

/** Who is calling, as far as it has been proved. */
public sealed interface Caller {
  /** The name under which the caller is remembered, e.g. for who asked for a run. */
  String name();

  /** What the caller is in that tenant; empty for who has no business there. */
  Optional<Role> roleIn(TenantId tenant);

  /** Nobody has been proved. */
  record Anonymous() implements Caller {
    @Override
    public String name() {
      return "anonymous";
    }

    @Override
    public Optional<Role> roleIn(TenantId tenant) {
      return Optional.empty();
    }
  }

  /**
   * A user, by a token or by who vouches for it.
   *
   * @param tenant where the user is at home: what the user creates lives there
   * @param roles in every tenant that this token opens, none of them above the token's scope
   */
  record User(UserId id, TenantId tenant, Map<TenantId, Role> roles) implements Caller {
    public User {
      roles = Map.copyOf(roles);
    }

    @Override
    public String name() {
      return id.toString();
    }

    @Override
    public Optional<Role> roleIn(TenantId wanted) {
      return Optional.ofNullable(roles.get(wanted));
    }
  }

  /** Whoever runs the service. */
  record Operator() implements Caller {
    @Override
    public String name() {
      return "operator";
    }

    @Override
    public Optional<Role> roleIn(TenantId tenant) {
      return Optional.of(Role.ADMIN);
    }
  }

  /** Whether the caller is the user, or the operator. */
  default boolean mayActFor(UserId user) {
    return switch (this) {
      case Anonymous ignored -> false;
      case User self -> self.id().equals(user);
      case Operator ignored -> true;
    };
  }
}

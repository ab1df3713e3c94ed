package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;

/** Who is calling, as far as it has been proved. */
public sealed interface Caller {
  /** The name under which the caller is remembered, e.g. for who asked for a run. */
  String name();

  /** Nobody has been proved. */
  record Anonymous() implements Caller {
    @Override
    public String name() {
      return "anonymous";
    }
  }

  /** A user, by an access token. */
  record User(UserId id, TenantId tenant) implements Caller {
    @Override
    public String name() {
      return id.toString();
    }
  }

  /** Whoever runs the service. */
  record Operator() implements Caller {
    @Override
    public String name() {
      return "operator";
    }
  }

  /** Whether the caller may see and steer what belongs to the user. */
  default boolean mayActFor(UserId user) {
    return switch (this) {
      case Anonymous ignored -> false;
      case User self -> self.id().equals(user);
      case Operator ignored -> true;
    };
  }
}

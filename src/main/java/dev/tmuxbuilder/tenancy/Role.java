package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.Named;
import java.util.Locale;
import java.util.Set;

/**
 * What a member is in a tenant. The one table of who may do what, for every door: API, streams,
 * pages, agents' verbs and the gateway to models. Each role has all of the next.
 */
public enum Role implements Named {
  ADMIN(
      Permission.VIEW,
      Permission.HOLD_TOKENS,
      Permission.CREATE,
      Permission.CHANGE,
      Permission.DESTROY,
      Permission.MANAGE_MEMBERS,
      Permission.MANAGE_BUDGETS,
      Permission.APPROVE,
      Permission.TAKE_OVER,
      Permission.READ_AUDIT),
  EDITOR(Permission.VIEW, Permission.HOLD_TOKENS, Permission.CREATE, Permission.CHANGE),
  VIEWER(Permission.VIEW, Permission.HOLD_TOKENS);

  /** What an agent may, by its session's token: in the one site that it works at, while it does. */
  private static final Set<Permission> OF_AGENTS =
      Set.of(Permission.VIEW, Permission.REPORT, Permission.USE_MODELS);

  private final Set<Permission> permissions;

  Role(Permission... permissions) {
    this.permissions = Set.of(permissions);
  }

  public boolean may(Permission permission) {
    return permissions.contains(permission);
  }

  public static boolean agentMay(Permission permission) {
    return OF_AGENTS.contains(permission);
  }

  /** The lesser of the two. */
  public Role atMost(Role other) {
    return compareTo(other) >= 0 ? this : other;
  }

  @Override
  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }
}

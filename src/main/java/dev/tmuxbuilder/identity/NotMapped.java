package dev.tmuxbuilder.identity;

import dev.tmuxbuilder.execution.UserId;
import java.time.Instant;
import java.util.Optional;

/** Somebody is known to the provider, and has no place here. */
public final class NotMapped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String why;
  private final transient Optional<WithoutRole> withoutRole;

  /**
   * @param said when the provider said so, to the second; empty for now
   */
  public record WithoutRole(UserId user, Optional<Instant> said) {}

  private NotMapped(String why, Optional<WithoutRole> withoutRole) {
    super(why, null, false, false);
    this.why = why;
    this.withoutRole = withoutRole;
  }

  static NotMapped noRole(UserId user, Optional<Instant> said) {
    return new NotMapped(
        "None of your groups has a role here. Ask whoever runs this service.",
        Optional.of(new WithoutRole(user, said)));
  }

  static NotMapped noTenant() {
    return new NotMapped(
        "Your provider does not say to which tenant you belong. Ask whoever runs this service.",
        Optional.empty());
  }

  /** What the person is told. */
  public String why() {
    return why;
  }

  /** The user, where the provider gives that user no role (any more). */
  public Optional<WithoutRole> withoutRole() {
    return withoutRole;
  }
}

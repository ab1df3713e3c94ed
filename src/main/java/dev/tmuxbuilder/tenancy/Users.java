package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Who is known, and how they become known. None of the methods blocks. */
public interface Users {
  /**
   * Creates or finds the user, creates a session and starts its first run: all of it, or nothing.
   */
  Uni<SignedUp> signUp(Caller caller, SignUp wish);

  /** Whose token this is. */
  Uni<Optional<Caller.User>> whose(byte[] tokenSha256);

  /** The user with the roles of now; empty where there are none any more. */
  Uni<Optional<Caller.User>> now(UserId user);

  /** The tenant of a user, where the user exists. */
  Uni<Optional<TenantId>> tenantOf(UserId user);
}

package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How those come in for whom a provider vouches. None of the methods blocks. */
public interface Federation {
  /** What becomes of a person for whom a provider vouches. */
  sealed interface Entry {
    /** The person is in. */
    record In(Caller.User user) implements Entry {}

    /**
     * The user is at home in another tenant: nobody is moved by what a provider says, since what
     * the user has made would stay behind.
     */
    record AtHomeElsewhere() implements Entry {}

    /** The provider has said since that the user has no role. */
    record HasLeft() implements Entry {}
  }

  /**
   * The user, who is made at the first time, with the tenant where that is new; the role is what
   * the provider says now. Who has left comes in again by what the provider says later than that.
   */
  Uni<Entry> enter(Person person);

  /**
   * The provider gives the user no role any more: what there was at home here ends, and nothing
   * that stands for the user opens anything in any tenant. Sessions end for good; tokens, and roles
   * in other tenants, hold again when the provider gives a role again.
   *
   * @param said when the provider said so; empty for now
   * @return whether anything has changed by it
   */
  Uni<Boolean> leave(UserId user, Optional<Instant> said);

  /**
   * A token that stands for a sign-in by a browser, by its hash; it is told to nobody. It opens
   * nothing where the user has left meanwhile.
   */
  Uni<byte[]> signIn(Caller.User user, Duration valid);
}

package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;

/** How those come in for whom a provider vouches. None of the methods blocks. */
public interface Federation {
  /**
   * The user, who is made at the first time, with the tenant where that is new; the role is what
   * the provider says now. Empty where the user is at home in another tenant: nobody is moved by
   * what a provider says, since what the user has made would stay behind.
   */
  Uni<Optional<Caller.User>> enter(Person person);

  /**
   * The provider gives the user no role any more: what there was at home here ends. Sessions end
   * for good; tokens hold again what the provider gives again.
   *
   * @return whether there was any
   */
  Uni<Boolean> leave(UserId user);

  /** A token that stands for a sign-in by a browser, by its hash; it is told to nobody. */
  Uni<byte[]> signIn(Caller.User user, Duration valid);
}

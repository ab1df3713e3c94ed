package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.ExecutionId;
import java.util.Optional;

/** What came of a wish. */
public sealed interface SignedUp {
  /**
   * The execution exists and its first run is on its way.
   *
   * @param accessToken where this wish created the user
   * @param repeated whether it had been started by an earlier request with the same key
   */
  record Accepted(
      ExecutionId execution, boolean isNewUser, Optional<String> accessToken, boolean repeated)
      implements SignedUp {}

  /** The user exists, and the caller has not proved to be that user. */
  record NotYours() implements SignedUp {}

  /** The caller's role in the user's tenant does not allow it. */
  record NotAllowed() implements SignedUp {}

  /** The tenant has as many runs waiting as it may have. */
  record TooManyWaiting() implements SignedUp {}

  /** The key was used for another wish before. */
  record KeyReused() implements SignedUp {}
}

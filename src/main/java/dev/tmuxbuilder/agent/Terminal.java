package dev.tmuxbuilder.agent;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** The terminal that an agent works in, as far as it is on this node. No method blocks. */
public interface Terminal {
  /** What is on it now; empty where no such terminal is open here. */
  Uni<Optional<Screen>> screen();

  /**
   * Types into it, as a person at its keyboard would.
   *
   * @return false where no such terminal is open here
   */
  Uni<Boolean> type(String keys);
}

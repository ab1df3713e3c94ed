package dev.tmuxbuilder.execution;

import java.util.Optional;

/**
 * Who asks for something.
 *
 * @param name a user's id, or {@code operator}
 * @param approves whether they may publish without asking anybody
 */
public record By(String name, boolean approves) {
  /** Who has said yes by asking. */
  public Optional<String> approval() {
    return approves ? Optional.of(name) : Optional.empty();
  }
}

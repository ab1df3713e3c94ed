package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.hosting.Host;

/** The hosts that this service can deploy to. */
@FunctionalInterface
public interface Hosts {
  /**
   * @throws IllegalArgumentException where this service does not have it; nobody gets that far, as
   *     such a request is refused at the door
   */
  Host of(HostProvider provider);
}

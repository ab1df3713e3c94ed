package dev.tmuxbuilder.isolation;

import java.util.Optional;
import java.util.Set;

/** What a program reaches, and who reaches it. */
public sealed interface Network {
  /** The machine's own network, and with it everything that this machine reaches. */
  record Shared() implements Network {}

  /**
   * A loopback of its own and nothing else, with doors of which each leads to one port.
   *
   * @param reaches TCP ports of this machine's loopback that the program finds under the same
   *     numbers on its own
   * @param serves TCP ports on which the program listens, and that this machine then finds under
   *     the same numbers on its loopback
   * @param exit the way to hosts elsewhere, which the program finds at {@link Exit#PORT}
   */
  record Closed(Set<Integer> reaches, Set<Integer> serves, Optional<Exit> exit) implements Network {
    public Closed {
      reaches = Set.copyOf(reaches);
      serves = Set.copyOf(serves);
    }

    public Closed(Set<Integer> reaches, Set<Integer> serves) {
      this(reaches, serves, Optional.empty());
    }

    boolean hasDoors() {
      return !reaches.isEmpty() || !serves.isEmpty() || exit.isPresent();
    }
  }

  /** No network at all. */
  static Network none() {
    return new Closed(Set.of(), Set.of());
  }

  /** Only these ports of this machine: the model gateway's, say. */
  static Network reaching(Integer... ports) {
    return new Closed(Set.of(ports), Set.of());
  }

  /**
   * Only that this machine reaches the program's own port, and the program what the exit allows.
   */
  static Network serving(int port, Optional<Exit> exit) {
    return new Closed(Set.of(), Set.of(port), exit);
  }
}

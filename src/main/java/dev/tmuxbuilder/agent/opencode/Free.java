package dev.tmuxbuilder.agent.opencode;

import dev.tmuxbuilder.platform.Ports;
import java.io.IOException;
import java.util.Collection;

/** Finds ports for servers. */
final class Free {
  private static final int PORTS = 1000;

  private Free() {}

  /** The first port of none of these, and at which nobody else listens. Blocks briefly. */
  static int port(int first, Collection<Instance> taken) throws IOException {
    for (int port = first; port < first + PORTS; port++) {
      int candidate = port;
      if (taken.stream().noneMatch(it -> it.server.port() == candidate)
          && Ports.listener(candidate).isEmpty()) {
        return candidate;
      }
    }
    throw new IOException("no port is free from " + first + " on");
  }
}

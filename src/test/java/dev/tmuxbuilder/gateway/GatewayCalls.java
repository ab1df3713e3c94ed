package dev.tmuxbuilder.gateway;

import java.util.Set;
import java.util.TreeSet;

/** What the gateway passes on, as it is declared there. */
public final class GatewayCalls {
  private GatewayCalls() {}

  /** Method, space and path below a session's address. */
  public static Set<String> all() {
    Set<String> all = new TreeSet<>(AnthropicProvider.CALLS.keySet());
    all.addAll(OpenAiProvider.CALLS.keySet());
    return all;
  }
}

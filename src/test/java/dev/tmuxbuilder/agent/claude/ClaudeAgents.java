package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.Workshop;

/** Makes Claude Code's adapter without the service around it. */
public final class ClaudeAgents {
  private ClaudeAgents() {}

  public static Agent in(Workshop shop, String... namesAndValues) {
    return new ClaudeAgent(shop.settings(namesAndValues), shop.data(), shop.accesses());
  }
}

package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.Agent;

/** The agents that this service has. */
@FunctionalInterface
public interface Agents {
  /**
   * @throws IllegalArgumentException where this service does not have it; nobody gets that far, as
   *     such a request is refused at the door
   */
  Agent of(AgentKind kind);
}

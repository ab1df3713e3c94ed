package dev.tmuxbuilder.agent;

/**
 * Hears what an agent does. Calls return at once, may come from any thread, and keep their order.
 */
@FunctionalInterface
public interface AgentEvents {
  void tell(AgentEvent event);
}

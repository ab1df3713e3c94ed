package dev.tmuxbuilder.agent;

/** Whether an agent could work if it were asked to. */
public sealed interface AgentReadiness {
  /** It could. */
  record Ready() implements AgentReadiness {}

  /**
   * It could not.
   *
   * @param setting the name of what is missing, as an operator would set it
   * @param remedy what to do, in a sentence
   */
  record NotConfigured(String setting, String remedy) implements AgentReadiness {}
}

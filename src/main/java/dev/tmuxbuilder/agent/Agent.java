package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Progress;
import io.smallrye.mutiny.Uni;

/** Makes a site, or changes one, from an instruction. */
public interface Agent {
  AgentKind kind();

  /**
   * Works until the outcome is known. Never blocks the caller; cancelling the subscription stops
   * the work within 5 s. Doing the same instruction twice ends with the same files.
   */
  Uni<AgentOutcome> work(Instruction instruction, Progress progress);
}

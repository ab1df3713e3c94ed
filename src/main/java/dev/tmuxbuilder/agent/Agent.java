package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** Makes a site, or changes one, from an instruction. */
public interface Agent {
  AgentKind kind();

  /** Whether this service has what the agent needs. Does not block. */
  default AgentReadiness readiness() {
    return new AgentReadiness.Ready();
  }

  /** Whether it follows words, and not only its brief. */
  default boolean converses() {
    return false;
  }

  /**
   * Works until the outcome is known, and tells what happens on the way. Never blocks the caller;
   * cancelling the subscription interrupts the work within 1 s and ends it within 5 s. The same
   * instruction again, after a crash of either side, goes on with what is under way or is there:
   * its work is used once.
   */
  Uni<AgentOutcome> work(Instruction instruction, AgentEvents events);

  /** The command with which an operator can watch the session's agent on this node, if it runs. */
  default Optional<String> attachCommand(ExecutionId execution) {
    return Optional.empty();
  }

  /** The terminal that it works in for a session; empty where it works without one. */
  default Optional<Terminal> terminal(ExecutionId execution) {
    return Optional.empty();
  }

  /** Ends all that the agent keeps running for a session: a run of it is over. */
  default Uni<Void> release(ExecutionId execution) {
    return Uni.createFrom().voidItem();
  }

  /** Removes all that the agent has of a session, its conversation too. */
  default Uni<Void> forget(ExecutionId execution) {
    return Uni.createFrom().voidItem();
  }
}

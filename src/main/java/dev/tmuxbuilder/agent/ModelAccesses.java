package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;

/** Gives agents access to models. None of the methods blocks. */
public interface ModelAccesses {
  /**
   * A new access. It lasts for as long as the agent's session does, over several runs too, but
   * opens nothing between them. Ask for one whenever an agent's process is started.
   */
  Uni<ModelAccess> of(ExecutionId execution);

  /**
   * The HTTP status with which the execution's calls were refused last on this node, by a provider
   * or the gateway; 503 where that is not known.
   */
  int lastRefusal(ExecutionId execution);

  /** Ends all access that was given for an execution: its agent is gone. */
  Uni<Void> end(ExecutionId execution);
}

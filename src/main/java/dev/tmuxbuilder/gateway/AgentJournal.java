package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.execution.Level;
import io.smallrye.mutiny.Uni;
import java.util.Map;

/** Where what an agent did with its session's token is written down. */
public interface AgentJournal {
  /**
   * Adds a line to the journal of the session's execution. Does not block.
   *
   * @param data numbers and names for programs; never what models were told or said
   */
  Uni<Void> tell(
      AgentSession session, Level level, String stage, String message, Map<String, Object> data);
}

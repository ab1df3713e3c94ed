package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** The tokens that agents hold, by their hashes. None of the methods blocks. */
public interface AgentTokens {
  /** Fails where there is no such execution. */
  Uni<Void> add(ExecutionId execution, byte[] tokenSha256);

  /** Ends all tokens of an execution. */
  Uni<Void> end(ExecutionId execution);

  /** Whose token it is; empty where it has ended or no run of its execution goes on. */
  Uni<Optional<AgentSession>> whose(byte[] tokenSha256);
}

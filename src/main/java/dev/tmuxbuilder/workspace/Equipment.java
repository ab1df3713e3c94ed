package dev.tmuxbuilder.workspace;

import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.Progress;
import io.smallrye.mutiny.Uni;

/** What a session's agent is given beside its brief: skills to read and helpers to send. */
@FunctionalInterface
public interface Equipment {
  /**
   * Brings the session's {@code .claude} up to date; what was changed there by the session stays.
   * Does nothing for an agent that reads none of it. Idempotent; never blocks its caller.
   */
  Uni<Void> equip(Execution execution, Progress progress);
}

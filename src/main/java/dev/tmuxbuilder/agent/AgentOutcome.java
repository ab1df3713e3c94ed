package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.ErrorInfo;

/** How an agent's work ended, by its own account. What it made is judged by the evidence. */
public sealed interface AgentOutcome {
  /** The agent thinks that it has finished. */
  record Done(String summary) implements AgentOutcome {}

  /** The agent cannot go on without an answer. */
  record NeedsInput(String question) implements AgentOutcome {}

  /** The agent gave up. */
  record Failed(ErrorInfo reason) implements AgentOutcome {}

  /** Somebody stopped it. */
  record Interrupted() implements AgentOutcome {}
}

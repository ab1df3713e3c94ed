package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.AgentErrors;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.execution.ErrorInfo;
import java.util.Optional;

/** What a turn's end means, by the protocol. */
final class Endings {
  private Endings() {}

  static AgentOutcome of(Said.Ended end, Optional<String> question) {
    if (end.failed()) {
      return new AgentOutcome.Failed(reason(end));
    }
    return question
        .<AgentOutcome>map(AgentOutcome.NeedsInput::new)
        .orElseGet(() -> new AgentOutcome.Done(end.text()));
  }

  private static ErrorInfo reason(Said.Ended end) {
    return switch (end.subtype()) {
      case "error_max_turns" ->
          AgentErrors.error(
              "agent_max_turns",
              "The agent used all the turns that it may take.",
              false,
              "Ask for less at once, or raise TMUXBUILDER_CLAUDE_MAX_TURNS.");
      case "error_max_budget_usd" -> AgentErrors.budgetSpent();
      default ->
          end.status().isPresent()
              ? AgentErrors.refused(end.status().getAsInt())
              : AgentErrors.failed(end.text());
    };
  }
}

package dev.tmuxbuilder.agent.claude;

import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.execution.ErrorInfo;
import java.time.Duration;
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
          error(
              "agent_max_turns",
              "The agent used all the turns that it may take.",
              false,
              "Ask for less at once, or raise TMUXBUILDER_CLAUDE_MAX_TURNS.");
      case "error_max_budget_usd" -> budgetSpent();
      default ->
          end.status().isPresent()
              ? refused(end.status().getAsInt())
              : error(
                  "agent_failed",
                  "The agent ended its turn with an error: " + shortened(end.text()),
                  true,
                  "Redeploy to try again; the agent's transcript is in logs/.");
    };
  }

  private static String shortened(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.isEmpty() ? "no reason given" : line.substring(0, Math.min(line.length(), 200));
  }

  static ErrorInfo refused(int status) {
    return switch (status) {
      case 401, 403 ->
          error(
              "agent_login_refused",
              "The model's provider refuses this service's key.",
              false,
              "The operator must renew ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN.");
      case 402 -> budgetSpent();
      case 429 ->
          error(
              "agent_rate_limited",
              "The model's provider lets this service ask no more for now.",
              true,
              "Try again in some minutes.");
      default ->
          error(
              "agent_model_unavailable",
              "The model's provider does not answer as it should (" + status + ").",
              status >= 500,
              "Try again in some minutes; if it stays, see the provider's status.");
    };
  }

  private static ErrorInfo budgetSpent() {
    return error(
        "agent_budget_spent",
        "Budget spent: the agent may use no more.",
        false,
        "Ask the operator to raise the budget, or ask for less.");
  }

  static ErrorInfo notReady(Duration longest) {
    return error(
        "agent_not_ready",
        "The agent's program did not begin within " + longest.toSeconds() + " s.",
        true,
        "Redeploy to try again; what the program said is in the server's log.");
  }

  static ErrorInfo hung(Duration longest) {
    return error(
        "agent_hung",
        "The agent said nothing for " + longest.toSeconds() + " s and was stopped.",
        true,
        "Redeploy to try again; an operator can raise TMUXBUILDER_CLAUDE_SILENCE.");
  }

  static ErrorInfo died(int times, String how) {
    return error(
        "agent_died",
        "The agent's program ended " + times + " times before its work was done, last: " + how,
        true,
        "Redeploy to try again; the agent's transcript is in logs/.");
  }

  private static ErrorInfo error(String code, String message, boolean retryable, String hint) {
    return new ErrorInfo(null, "agent", code, message, retryable, hint);
  }
}

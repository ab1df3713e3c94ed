package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.ErrorInfo;
import java.time.Duration;

/** Why agents fail, in words that are the same for all of them. */
public final class AgentErrors {
  private static final String STAGE = "agent";

  private AgentErrors() {}

  /** A model's provider, or the gateway before it, answered with this status. */
  public static ErrorInfo refused(int status) {
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

  public static ErrorInfo budgetSpent() {
    return error(
        "agent_budget_spent",
        "Budget spent: the agent may use no more.",
        false,
        "Ask the operator to raise the budget, or ask for less.");
  }

  public static ErrorInfo notReady(Duration longest) {
    return error(
        "agent_not_ready",
        "The agent's program did not begin within " + longest.toSeconds() + " s.",
        true,
        "Redeploy to try again; what the program said is in the server's log.");
  }

  /**
   * @param setting which an operator can raise
   */
  public static ErrorInfo hung(Duration longest, String setting) {
    return error(
        "agent_hung",
        "The agent said nothing for " + longest.toSeconds() + " s and was stopped.",
        true,
        "Redeploy to try again; an operator can raise " + setting + ".");
  }

  public static ErrorInfo died(int times, String how) {
    return error(
        "agent_died",
        "The agent's program ended " + times + " times before its work was done, last: " + how,
        true,
        "Redeploy to try again; the agent's transcript is in logs/.");
  }

  /**
   * @param said why, by the agent's own account; may be empty
   */
  public static ErrorInfo failed(String said) {
    return error(
        "agent_failed",
        "The agent ended its turn with an error: " + shortened(said),
        true,
        "Redeploy to try again; the agent's transcript is in logs/.");
  }

  private static String shortened(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return line.isEmpty() ? "no reason given" : line.substring(0, Math.min(line.length(), 200));
  }

  public static ErrorInfo error(String code, String message, boolean retryable, String hint) {
    return new ErrorInfo(null, STAGE, code, message, retryable, hint);
  }
}

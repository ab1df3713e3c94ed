package dev.tmuxbuilder.agent.opencode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.AgentErrors;
import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.execution.ErrorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a turn's end means, by the fields of OpenCode's messages. */
final class Endings {
  private static final String ASKS = "ask_user";

  private Endings() {}

  /**
   * @param messages the whole conversation, oldest first
   * @param asked the message that began the turn
   * @return empty where the turn is not over
   */
  static Optional<AgentOutcome> of(JsonNode messages, String asked) {
    List<JsonNode> turn = after(messages, asked);
    if (turn.isEmpty()) {
      return Optional.empty();
    }
    JsonNode last = turn.getLast().path("info");
    JsonNode error = last.path("error");
    if (error.isObject()) {
      return Optional.of(
          error.path("name").asText().equals("MessageAbortedError")
              ? new AgentOutcome.Interrupted()
              : new AgentOutcome.Failed(reason(error)));
    }
    if (!last.path("time").has("completed") || last.path("finish").asText().equals("tool-calls")) {
      return Optional.empty();
    }
    return Optional.of(
        question(turn)
            .<AgentOutcome>map(AgentOutcome.NeedsInput::new)
            .orElseGet(() -> new AgentOutcome.Done(text(turn.getLast()))));
  }

  private static List<JsonNode> after(JsonNode messages, String asked) {
    List<JsonNode> turn = new ArrayList<>();
    boolean begun = false;
    for (JsonNode message : messages) {
      if (begun && message.path("info").path("role").asText().equals("assistant")) {
        turn.add(message);
      }
      begun |= message.path("info").path("id").asText().equals(asked);
    }
    return turn;
  }

  /** What the agent has asked its user, where it has not gone on by itself since. */
  private static Optional<String> question(List<JsonNode> turn) {
    Optional<String> question = Optional.empty();
    for (JsonNode message : turn) {
      for (JsonNode part : message.path("parts")) {
        String tool = part.path("tool").asText();
        if (tool.endsWith(ASKS) && part.path("state").path("status").asText().equals("completed")) {
          question = Optional.of(part.path("state").path("input").path("question").asText());
        } else if (Listener.WRITERS.contains(tool)) {
          question = Optional.empty();
        }
      }
    }
    return question;
  }

  private static String text(JsonNode message) {
    StringBuilder text = new StringBuilder();
    for (JsonNode part : message.path("parts")) {
      if (part.path("type").asText().equals("text")) {
        text.append(text.isEmpty() ? "" : "\n").append(part.path("text").asText());
      }
    }
    return text.toString();
  }

  private static ErrorInfo reason(JsonNode error) {
    JsonNode data = error.path("data");
    return data.path("statusCode").isInt()
        ? AgentErrors.refused(data.path("statusCode").asInt())
        : AgentErrors.failed(data.path("message").asText());
  }
}

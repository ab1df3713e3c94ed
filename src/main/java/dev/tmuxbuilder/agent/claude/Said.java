package dev.tmuxbuilder.agent.claude;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import java.util.Optional;
import java.util.OptionalInt;

/** A line of Claude Code's stream-json output, as far as it matters here. */
sealed interface Said {
  /** A turn begins: the program is ready and has read its configuration. */
  record Begun() implements Said {}

  /** A message has arrived, and is in the conversation. */
  record Received(String id) implements Said {}

  /** The model said something. */
  record Spoken(JsonNode content) implements Said {}

  /** A tool was used and answered. */
  record Answered(JsonNode content) implements Said {}

  /**
   * The model does not answer; it is tried again.
   *
   * @param status empty where there was no answer at all
   * @param attempt from 1
   */
  record Retried(OptionalInt status, String error, int attempt) implements Said {}

  /**
   * The turn is over.
   *
   * @param failed by {@code is_error}: an API's error comes with the subtype {@code success}
   * @param status the API's answer where that was the reason
   */
  record Ended(boolean failed, String subtype, OptionalInt status, String text, JsonNode modelUsage)
      implements Said {}

  /** Whatever else it says. */
  record Other() implements Said {}

  /** Reads a line. One that is no JSON object says nothing. */
  static Said read(String line) {
    try {
      JsonNode node = Json.mapper().readTree(line);
      return switch (node.path("type").asText() + " " + node.path("subtype").asText()) {
        case "system init" -> new Begun();
        case "system api_retry" ->
            new Retried(
                number(node.path("error_status")),
                node.path("error").asText(),
                node.path("attempt").asInt());
        default -> byType(node);
      };
    } catch (JsonProcessingException noJson) {
      return new Other();
    }
  }

  private static Said byType(JsonNode node) {
    return switch (node.path("type").asText()) {
      case "assistant" -> new Spoken(node.path("message").path("content"));
      case "user" ->
          node.path("isReplay").asBoolean()
              ? new Received(node.path("uuid").asText())
              : new Answered(node.path("message").path("content"));
      case "result" ->
          new Ended(
              node.path("is_error").asBoolean(true),
              node.path("subtype").asText(),
              number(node.path("api_error_status")),
              Optional.ofNullable(node.path("result").textValue()).orElse(""),
              node.path("modelUsage"));
      default -> new Other();
    };
  }

  private static OptionalInt number(JsonNode node) {
    return node.isInt() ? OptionalInt.of(node.intValue()) : OptionalInt.empty();
  }
}

package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;

/** A refusal of Bedrock's in the form of Anthropic's. */
final class BedrockRefusal implements Translation {
  private static final int LONGEST = 64 << 10;

  private final int status;
  private final Buffer theirs = Buffer.buffer();

  BedrockRefusal(int status) {
    this.status = status;
  }

  @Override
  public String mediaType() {
    return "application/json";
  }

  @Override
  public Buffer take(Buffer part) {
    if (theirs.length() + part.length() <= LONGEST) {
      theirs.appendBuffer(part);
    }
    return Buffer.buffer();
  }

  @Override
  public Buffer end() {
    String type =
        switch (status) {
          case 400 -> "invalid_request_error";
          case 404 -> "not_found_error";
          case 429 -> "rate_limit_error";
          case 529 -> "overloaded_error";
          default -> "api_error";
        };
    return Buffer.buffer(
        Json.bytes(Map.of("type", "error", "error", Map.of("type", type, "message", message()))));
  }

  private String message() {
    try {
      JsonNode said = Json.mapper().readTree(theirs.getBytes());
      return said == null ? "" : said.path("message").asText(said.path("Message").asText());
    } catch (IOException noJson) {
      return "Bedrock answered " + status + ".";
    }
  }
}

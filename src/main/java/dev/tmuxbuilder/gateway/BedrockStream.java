package dev.tmuxbuilder.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.gateway.bedrock.Frames;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/** A stream of Bedrock's as the server-sent events that Anthropic's own API sends. */
final class BedrockStream implements Translation {
  private final Frames frames = new Frames(this::piece, this::exception);
  private Buffer ours = Buffer.buffer();
  private boolean over;

  @Override
  public String mediaType() {
    return "text/event-stream";
  }

  @Override
  public Buffer take(Buffer part) {
    frames.take(part.getBytes());
    Buffer taken = ours;
    ours = Buffer.buffer();
    return taken;
  }

  private void piece(String type, JsonNode said) {
    event(type, said);
    over |= type.equals("message_stop");
  }

  /** After the answer has begun there is no status any more to say it with. */
  private void exception(String name, String message) {
    String type =
        switch (name) {
          case "throttlingException" -> "rate_limit_error";
          case "serviceUnavailableException", "modelTimeoutException" -> "overloaded_error";
          case "validationException" -> "invalid_request_error";
          default -> "api_error";
        };
    event("error", Map.of("type", "error", "error", Map.of("type", type, "message", message)));
    over = true;
  }

  private void event(String name, Object data) {
    ours.appendString("event: " + name + "\ndata: ")
        .appendBytes(Json.bytes(data))
        .appendString("\n\n");
  }

  @Override
  public Buffer end() {
    if (!over) {
      throw new IllegalArgumentException("it broke off");
    }
    return Buffer.buffer();
  }
}

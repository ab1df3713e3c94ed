package dev.tmuxbuilder.gateway.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import software.amazon.eventstream.MessageDecoder;

/**
 * Takes an answer of {@code InvokeModelWithResponseStream} apart: frames of {@code
 * application/vnd.amazon.eventstream}, each with a piece of the model's own words or with an
 * exception. Not for use by several threads.
 */
public final class Frames {
  private static final ObjectReader JSON = new ObjectMapper().reader();

  private final MessageDecoder decoder = new MessageDecoder();
  private final BiConsumer<String, JsonNode> pieces;
  private final BiConsumer<String, String> exceptions;

  /**
   * @param pieces hears each piece: its kind, and what the model says
   * @param exceptions hears the name of an exception and its message
   */
  public Frames(BiConsumer<String, JsonNode> pieces, BiConsumer<String, String> exceptions) {
    this.pieces = pieces;
    this.exceptions = exceptions;
  }

  /**
   * @throws IllegalArgumentException where these are no frames
   */
  public void take(byte[] part) {
    decoder.feed(part);
    List<Message> messages = decoder.getDecodedMessages();
    for (Message message : messages) {
      try {
        hear(message);
      } catch (IOException malformed) {
        throw new IllegalArgumentException(malformed);
      }
    }
  }

  private void hear(Message message) throws IOException {
    switch (header(message, ":message-type")) {
      case "event" -> {
        if (header(message, ":event-type").equals("chunk")) {
          JsonNode piece =
              JSON.readTree(JSON.readTree(message.getPayload()).path("bytes").binaryValue());
          pieces.accept(piece.path("type").asText(), piece);
        }
      }
      case "exception" ->
          exceptions.accept(
              header(message, ":exception-type"),
              JSON.readTree(message.getPayload()).path("message").asText());
      default ->
          exceptions.accept(header(message, ":error-code"), header(message, ":error-message"));
    }
  }

  private static String header(Message message, String name) {
    HeaderValue value = message.getHeaders().get(name);
    return value == null ? "" : value.getString();
  }
}

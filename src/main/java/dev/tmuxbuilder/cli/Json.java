package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** JSON as a tree: the command line shows what the service says and needs no classes for it. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** A missing node where the text is not JSON. */
  static JsonNode parse(String text) {
    try {
      return Optional.ofNullable(MAPPER.readTree(text)).orElse(MissingNode.getInstance());
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  static String line(JsonNode node) {
    return node.toString();
  }

  static String pretty(JsonNode node) {
    return node.toPrettyString();
  }

  /** Empty where the field is missing, null or an empty text. */
  static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isValueNode() && !value.isNull() && !value.asText().isEmpty()
        ? Optional.of(value.asText())
        : Optional.empty();
  }
}

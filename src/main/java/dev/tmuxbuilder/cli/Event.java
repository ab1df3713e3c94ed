package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/**
 * One event of an execution's stream.
 *
 * @param id rising by one within an execution; zero where the service gave none
 * @param name {@code status}, {@code step}, {@code log}, {@code agent}, {@code url}, {@code test}
 *     or {@code end}; later services may know more
 */
record Event(long id, String name, JsonNode data) {
  boolean isEnd() {
    return name.equals("end");
  }

  int run() {
    return data.path("run").asInt(0);
  }

  /** A field of the event; also looked for in its {@code data}. Empty where there is none. */
  Optional<String> text(String field) {
    return Json.text(data, field).or(() -> Json.text(data.path("data"), field));
  }

  int number(String field) {
    return text(field)
        .map(
            text -> {
              try {
                return Integer.parseInt(text);
              } catch (NumberFormatException notANumber) {
                return 0;
              }
            })
        .orElse(0);
  }

  /** When it happened, by the service's clock. */
  Optional<Instant> at() {
    return text("at").flatMap(Event::instant);
  }

  static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException notATime) {
      return Optional.empty();
    }
  }

  /** For machines: the event's name, its id and all its fields, in one object. */
  ObjectNode document() {
    ObjectNode document = Json.object().put("event", name).put("id", id);
    if (data instanceof ObjectNode fields) {
      document.setAll(fields);
    }
    return document;
  }
}

package dev.tmuxbuilder.cli;

import java.util.Optional;

/**
 * Puts the lines of a stream of Server-Sent Events together, as the HTML standard says (9.2.6). For
 * one thread.
 */
final class SseParser {
  private final StringBuilder data = new StringBuilder();
  private String name = "";
  private long id;

  SseParser(long lastId) {
    this.id = lastId;
  }

  /** Takes one line without its end; an empty one completes an event. */
  Optional<Event> line(String line) {
    if (line.isEmpty()) {
      return complete();
    }
    int colon = line.indexOf(':');
    String field = colon < 0 ? line : line.substring(0, colon);
    String value = colon < 0 ? "" : line.substring(colon + 1);
    take(field, value.startsWith(" ") ? value.substring(1) : value);
    return Optional.empty();
  }

  private void take(String field, String value) {
    switch (field) {
      case "event" -> name = value;
      case "data" -> data.append(value).append('\n');
      case "id" -> {
        if (value.matches("[0-9]{1,18}")) {
          id = Long.parseLong(value);
        }
      }
      default -> {} // comments and fields of later days
    }
  }

  private Optional<Event> complete() {
    String text = data.toString();
    String kind = name.isEmpty() ? "message" : name;
    data.setLength(0);
    name = "";
    return text.isEmpty() ? Optional.empty() : Optional.of(new Event(id, kind, Json.parse(text)));
  }
}

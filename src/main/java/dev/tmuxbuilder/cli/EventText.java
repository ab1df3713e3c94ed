package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Events as words. */
final class EventText {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private EventText() {}

  /** {@code 12:03:04 deploy/upload 23 files, 120 kB}; empty for what a reader does not need. */
  static Optional<String> line(Event event, ZoneId zone) {
    return words(event)
        .map(
            words -> {
              String time = event.at().map(at -> TIME.format(at.atZone(zone))).orElse("--:--:--");
              return Text.clean(time + " " + place(event)) + "  " + Text.clean(words);
            });
  }

  /** Where and what, for the one line under a progress view. */
  static Optional<String> news(Event event) {
    return words(event).map(words -> Text.clean(place(event)) + "  " + Text.clean(words));
  }

  private static String place(Event event) {
    return switch (event.name()) {
      case "step" -> event.text("name").or(() -> event.text("step")).orElse("step");
      case "test" -> event.text("step").orElse("e2e_tests");
      case "agent" -> "agent";
      case "status" -> "run " + event.run();
      default -> {
        String place =
            Stream.of(event.text("step"), event.text("stage"))
                .flatMap(Optional::stream)
                .collect(Collectors.joining("/"));
        yield place.isEmpty() ? event.name() : place;
      }
    };
  }

  private static Optional<String> words(Event event) {
    return switch (event.name()) {
      case "step" -> Optional.of(step(event));
      case "test" -> Optional.of(test(event));
      case "url" -> event.text("url").map(url -> url + release(event));
      case "status" -> event.text("status");
      case "end" -> Optional.empty();
      default -> event.text("message").map(message -> warning(event) + message);
    };
  }

  private static String warning(Event event) {
    return event
        .text("level")
        .filter(level -> level.equals("WARN") || level.equals("ERROR"))
        .map(level -> level + " ")
        .orElse("");
  }

  private static String release(Event event) {
    int release = event.number("release");
    return release > 0 ? " (release " + release + ")" : "";
  }

  private static String step(Event event) {
    String status = event.text("status").orElse("");
    String attempt = event.number("attempt") > 1 ? " (try " + event.number("attempt") + ")" : "";
    return status + attempt + stepError(event).map(error -> ": " + error).orElse("");
  }

  /** What broke and what to do about it. */
  static Optional<String> stepError(Event event) {
    JsonNode error = event.data().path("error");
    return error.isObject()
        ? Json.text(error, "message")
            .map(text -> text + Json.text(error, "hint").map(hint -> " – " + hint).orElse(""))
        : event.text("error");
  }

  private static String test(Event event) {
    String check =
        event.text("status").orElse("")
            + " "
            + event.text("name").orElse("")
            + event.text("page").map(page -> " on " + page).orElse("");
    boolean failed = event.text("status").filter("failed"::equals).isPresent();
    return failed
        ? check
            + ": expected "
            + event.text("expected").orElse("-")
            + ", saw "
            + event.text("seen").orElse("-")
        : check;
  }
}

package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;

/** What a service refused, read from its answer (RFC 9457). */
final class Problem {
  private Problem() {}

  static CliFailure of(int status, String body, HttpHeaders headers) {
    JsonNode problem = Json.parse(body);
    List<String> details = new ArrayList<>();
    problem
        .path("errors")
        .forEach(
            error ->
                details.add(
                    Json.text(error, "field").map(field -> field + ": ").orElse("")
                        + Json.text(error, "message").orElse("")));
    String message =
        Json.text(problem, "detail")
            .or(() -> Json.text(problem, "title"))
            .orElse("the service answered " + status);
    return new CliFailure(
        status == 400 ? CliFailure.BAD_USAGE : CliFailure.FAILED,
        status,
        Json.text(problem, "code").orElse("http_" + status),
        message,
        details,
        Json.text(problem, "hint").orElseGet(() -> hint(status, headers)));
  }

  private static String hint(int status, HttpHeaders headers) {
    return switch (status) {
      case 401 -> "Give the token with --token or TMUXBUILDER_TOKEN.";
      case 404 -> "See what there is with: tmux-builder sites";
      case 429 ->
          headers
              .firstValue("Retry-After")
              .map(seconds -> "Try again in " + seconds + " seconds.")
              .orElse("Try again later.");
      case 500, 502, 503, 504 -> "The service's log says more.";
      default -> "";
    };
  }
}

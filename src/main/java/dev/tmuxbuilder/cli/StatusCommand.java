package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Says how an execution is. */
@Command(name = "status", description = "Says how a site and its last run are.")
final class StatusCommand extends ExecutionCommand {
  StatusCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecutionRef.Found found = find();
    JsonNode status = found.api().get("/api/status/" + found.execution());
    if (json()) {
      out().line(Json.line(status));
    } else {
      say(status);
    }
    return 0;
  }

  private void say(JsonNode status) {
    Style style = surroundings().terminal().style();
    out()
        .line(
            style.bold(status.path("session_id").asText())
                + "  "
                + status.path("site_type").asText()
                + " site on "
                + status.path("host_provider").asText()
                + ", run "
                + status.path("run").asInt()
                + ": "
                + status.path("status").asText().replace('_', ' '));
    Json.text(status, "url")
        .ifPresent(url -> out().line(url + "  (release " + status.path("release").asInt() + ")"));
    Table table = new Table("", "STEP", "STATUS", "TRY", "TIME");
    status.path("steps").forEach(step -> row(table, step));
    table.print(out(), style);
    JsonNode error = status.path("error");
    if (error.isObject()) {
      out()
          .line(
              style.bad("error: ")
                  + Text.clean(
                      Json.text(error, "step").map(step -> step + ": ").orElse("")
                          + error.path("message").asText()));
      Json.text(error, "hint")
          .ifPresent(hint -> out().line(style.dim("hint: ") + Text.clean(hint)));
    }
  }

  private void row(Table table, JsonNode step) {
    table.row(
        step.path("id").asText(),
        step.path("name").asText(),
        step.path("status").asText(),
        step.path("attempt").asInt() > 0 ? step.path("attempt").asText() : "",
        time(step).map(span -> Text.span(span.toMillis())).orElse(""));
  }

  private Optional<Duration> time(JsonNode step) {
    Instant now = surroundings().clock().instant();
    return Json.text(step, "started_at")
        .flatMap(Event::instant)
        .map(
            start ->
                Duration.between(
                    start, Json.text(step, "finished_at").flatMap(Event::instant).orElse(now)));
  }
}

package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows what a release is and how it was proved. */
@Command(
    name = "receipt",
    description =
        "Shows what a release is and how it was proved; without a number, the one that is live, or"
            + " the newest where none is.")
final class ReceiptCommand extends ExecutionCommand {
  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "RELEASE",
      description = "The release's number: 1, 2, 3 …")
  private Optional<Integer> release = Optional.empty();

  ReceiptCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecutionRef.Found found = find();
    String path = "/api/executions/" + found.execution() + "/receipts";
    JsonNode receipts = found.api().get(path).path("receipts");
    if (receipts.isEmpty()) {
      throw CliFailure.failed(
          "no_receipt", "nothing was released yet", "A receipt is written for every release.");
    }
    int newest = receipts.get(receipts.size() - 1).path("release").asInt();
    int wanted =
        release.isPresent()
            ? release.get()
            : found.api().get("/api/status/" + found.execution()).path("release").asInt(newest);
    JsonNode receipt = found.api().get(path + "/" + wanted);
    if (json()) {
      out().line(Json.line(receipt));
    } else {
      say(receipt, receipts.size());
    }
    return 0;
  }

  private void say(JsonNode receipt, int releases) {
    Style style = surroundings().terminal().style();
    out()
        .line(
            style.bold("Release " + receipt.path("release").asInt())
                + " of "
                + releases
                + ", made by run "
                + receipt.path("run").asInt());
    row(receipt, "url", "url");
    row(receipt, "created", "created_at");
    row(receipt, "asked by", "requested_by");
    row(receipt, "approved", "approved_by");
    row(receipt, "source", "source_commit");
    row(receipt, "artifact", "artifact_sha256");
    row("content", content(receipt));
    row("checks", checks(receipt));
    receipt
        .path("resources")
        .forEach(r -> row("resource", r.path("type").asText() + " " + r.path("id").asText()));
    receipt
        .path("screenshots")
        .forEach(
            shot ->
                row("picture", shot.path("viewport").asText() + " " + shot.path("path").asText()));
    row("took", took(receipt.path("durations_ms")));
    JsonNode cost = receipt.path("cost_estimate");
    if (cost.isObject()) {
      row(
          "cost",
          cost.path("monthly").asText()
              + " "
              + cost.path("currency").asText()
              + " a month ("
              + cost.path("basis").asText()
              + ")");
    }
    JsonNode models = receipt.path("model_usage");
    if (models.isObject()) {
      row(
          "models",
          "%s %s for %d requests, %d tokens in, %d out"
              .formatted(
                  models.path("cost").asText(),
                  models.path("currency").asText(),
                  models.path("requests").asLong(),
                  models.path("input_tokens").asLong(),
                  models.path("output_tokens").asLong()));
    }
    row(receipt, "before it", "previous_release");
    row(receipt, "receipt", "receipt_sha256");
  }

  private static String content(JsonNode receipt) {
    return receipt.path("files").asInt() + " files, " + receipt.path("bytes").asLong() + " bytes";
  }

  private static String checks(JsonNode receipt) {
    long passed =
        receipt
            .path("checks")
            .valueStream()
            .filter(check -> check.path("status").asText().equals("passed"))
            .count();
    return passed + " of " + receipt.path("checks").size() + " passed";
  }

  private static String took(JsonNode durations) {
    return durations
        .propertyStream()
        .map(step -> step.getKey() + " " + Text.span(step.getValue().asLong()))
        .collect(Collectors.joining(", "));
  }

  private void row(JsonNode receipt, String name, String field) {
    Json.text(receipt, field).ifPresent(value -> row(name, value));
  }

  private void row(String name, String value) {
    if (!value.isBlank()) {
      out().line("  " + Text.pad(name, 10) + Text.clean(value));
    }
  }
}

package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run left behind, asked from the service after its end.
 *
 * @param status the execution's snapshot
 * @param tests the end-to-end report; missing where there is none
 * @param receipt of the release that is live; missing where there is none
 */
record RunResult(RunState run, JsonNode status, JsonNode tests, JsonNode receipt) {
  static RunResult ask(Api api, RunState run) throws InterruptedException {
    String base = "/api/executions/" + run.execution();
    JsonNode status = api.get("/api/status/" + run.execution());
    int release = status.path("release").asInt(0);
    return new RunResult(
        run,
        status,
        orMissing(api, base + "/tests"),
        release > 0 ? orMissing(api, base + "/receipts/" + release) : MissingNode.getInstance());
  }

  /** A run that broke early has neither report nor receipt. */
  private static JsonNode orMissing(Api api, String path) throws InterruptedException {
    try {
      return api.get(path);
    } catch (CliFailure notThere) {
      if (notThere.status() == 404) {
        return MissingNode.getInstance();
      }
      throw notThere;
    }
  }

  int exitCode() {
    return run.completed() ? 0 : CliFailure.FAILED;
  }

  Optional<String> url() {
    return Json.text(status, "url").or(run::url);
  }

  /** The whole result in one object, for machines. */
  ObjectNode document(Surroundings s, Api api) {
    ObjectNode document =
        Json.object()
            .put("event", "result")
            .put("execution_id", run.execution())
            .put("run", run.run())
            .put("status", run.status());
    url().ifPresent(url -> document.put("url", url));
    document.put("screenshot", picture(s, api));
    document.put("passed", passed()).put("failed", failed());
    if (receipt.isObject()) {
      document.put("release", receipt.path("release").asInt());
      document.put("receipt_sha256", receipt.path("receipt_sha256").asText());
    }
    if (status.path("error").isObject()) {
      document.set("error", status.path("error"));
    }
    return document;
  }

  private int passed() {
    return tests.path("passed").asInt(run.passed());
  }

  private int failed() {
    return tests.path("failed").asInt(run.failed());
  }

  /** Says the result to a person. */
  void say(Surroundings s, Api api) {
    Output out = s.out();
    Style style = s.terminal().style();
    out.line("");
    if (run.completed()) {
      url().ifPresent(url -> out.line(style.good("The site is live: ") + style.bold(url)));
      row(out, "picture", picture(s, api));
      row(out, "checks", checks(style));
      if (receipt.isObject()) {
        row(out, "receipt", receiptLine());
      }
      row(
          out,
          "change it",
          "edit " + sourceOrSession(s) + ", then: " + s.command() + " redeploy last");
    } else {
      sayFailure(s);
    }
  }

  private void sayFailure(Surroundings s) {
    Output out = s.out();
    Style style = s.terminal().style();
    out.line(style.bad("The run ended " + run.status().replace('_', ' ') + "."));
    JsonNode error = status.path("error");
    if (error.isObject()) {
      String place =
          Stream.of(Json.text(error, "step"), Json.text(error, "stage"))
              .flatMap(Optional::stream)
              .reduce((step, stage) -> step + "/" + stage)
              .orElse("");
      row(out, "where", place);
      row(out, "what", Json.text(error, "message").orElse(""));
      Json.text(error, "hint").ifPresent(hint -> row(out, "hint", hint));
    }
    failedChecks().forEach(check -> row(out, "check", check));
    url().ifPresent(url -> row(out, "live", url + " (" + whatIsLive() + ")"));
    row(out, "again", s.command() + " redeploy " + run.execution());
  }

  /** A run that was cancelled after its release went live leaves it there where it is the first. */
  private String whatIsLive() {
    boolean earlier = receipt.isObject() && receipt.path("run").asInt() < run.run();
    return earlier ? "an earlier release" : "not proved";
  }

  private List<String> failedChecks() {
    return tests
        .path("checks")
        .valueStream()
        .filter(check -> check.path("status").asText().equals("failed"))
        .map(
            check ->
                check.path("name").asText()
                    + Json.text(check, "page").map(page -> " on " + page).orElse("")
                    + ": expected "
                    + check.path("expected").asText()
                    + ", saw "
                    + check.path("seen").asText())
        .toList();
  }

  private String checks(Style style) {
    String text = passed() + " passed" + (failed() > 0 ? ", " + failed() + " failed" : "");
    return failed() > 0 ? style.bad(text) : text;
  }

  private String receiptLine() {
    return "release "
        + receipt.path("release").asInt()
        + ", sha256 "
        + receipt.path("receipt_sha256").asText();
  }

  /** The picture's file where it lies on this machine, else where the service gives it out. */
  private String picture(Surroundings s, Api api) {
    return receipt
        .path("screenshots")
        .valueStream()
        .flatMap(shot -> Json.text(shot, "path").stream())
        .flatMap(path -> Stream.of(path, "deployment/" + path, "deployment/screenshots/" + path))
        .flatMap(path -> session(s).map(session -> session.resolve(path)).stream())
        .filter(Files::isRegularFile)
        .map(Path::toString)
        .findFirst()
        .orElse(api.address() + "/api/executions/" + run.execution() + "/screenshot");
  }

  private String sourceOrSession(Surroundings s) {
    return session(s)
        .map(session -> session.resolve("source"))
        .filter(Files::isDirectory)
        .map(Path::toString)
        .orElse("source/ of " + run.execution().replaceFirst("^.*_(?=sess_)", ""));
  }

  private Optional<Path> session(Surroundings s) {
    return ExecutionRef.parse(run.execution())
        .map(
            id ->
                s.dataDir()
                    .resolve("users")
                    .resolve(id.user().toString())
                    .resolve("sessions")
                    .resolve(id.session().toString()));
  }

  private static void row(Output out, String name, String text) {
    out.line("  " + Text.pad(name, 11) + text);
  }
}

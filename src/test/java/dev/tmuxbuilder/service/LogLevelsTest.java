package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How much is logged, turned up and down at run time, and that nobody does it unseen. */
@ExtendWith(SharedServer.class)
class LogLevelsTest {
  private static final String OURS = "dev.tmuxbuilder";

  private final ServerProcess server;
  private final Client operator;

  LogLevelsTest(ServerProcess server) {
    this.server = server;
    this.operator = server.operator();
  }

  @AfterEach
  void asItWas() {
    operator.delete("/api/log-levels/" + OURS);
    server.cancelWhatRuns();
  }

  @Test
  void aLevelHoldsUntilItIsPutBack() throws IOException {
    JsonNode before = operator.json(operator.get("/api/log-levels"), 200);
    JsonNode now = operator.json(set(OURS, "WARN"), 200);
    assertThat(level(now, OURS)).isEqualTo("WARN");
    Client.Created quiet = server.client().create("# Quiet");
    quiet.await(status -> !status.get("status").asText().equals("pending"));
    server.cancelWhatRuns();
    quiet.end();
    assertThat(infoAbout(quiet)).isZero();

    assertThat(operator.delete("/api/log-levels/" + OURS).statusCode()).isEqualTo(204);
    assertThat(operator.delete("/api/log-levels/" + OURS).statusCode()).isEqualTo(404);
    assertThat(operator.json(operator.get("/api/log-levels"), 200)).isEqualTo(before);
    Client.Created told = server.client().create("# Told");
    Awaitility.await().until(() -> infoAbout(told) > 0);
  }

  private long infoAbout(Client.Created site) throws IOException {
    return Files.readAllLines(server.logFile()).stream()
        .filter(line -> line.contains(site.id()) && line.contains("INFO"))
        .count();
  }

  private static String level(JsonNode levels, String category) {
    return levels
        .get("levels")
        .valueStream()
        .filter(one -> one.get("category").asText().equals(category))
        .map(one -> one.get("level").asText())
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> set(String category, String level) {
    return operator.send(
        operator
            .request("/api/log-levels")
            .header("Content-Type", "application/json")
            .PUT(
                HttpRequest.BodyPublishers.ofString(
                    Client.text(Map.of("category", category, "level", level)))));
  }

  @Test
  void whatLibrariesWouldTellTooMuchOfIsRefused() {
    for (String category : List.of("root", "io.vertx", "dev.tmuxbuilderx")) {
      JsonNode problem = operator.json(set(category, "DEBUG"), 400);
      assertThat(problem.at("/errors/0/field").asText()).isEqualTo("level");
    }
    assertThat(operator.json(set("no such/name", "INFO"), 400).at("/errors/0/field").asText())
        .isEqualTo("category");
    assertThat(operator.json(set(OURS, "LOUD"), 400).at("/errors/0/field").asText())
        .isEqualTo("level");
  }

  @Test
  void whatOperatorsDoIsInAChainOfItsOwn() throws Exception {
    set(OURS, "INFO");
    set("root", "DEBUG");
    List<String> lines = operator.get("/api/audit?limit=10000").body().lines().toList();
    assertThat(lines.stream().map(Client::tree).toList())
        .extracting(
            line ->
                line.get("actor").asText()
                    + " "
                    + line.get("action").asText()
                    + " "
                    + line.get("target").asText()
                    + " "
                    + line.get("outcome").asInt())
        .contains("operator PUT /api/log-levels 200", "operator PUT /api/log-levels 400");
    Processes.Result checked =
        CommandLineClient.run(
            Map.of(
                "TMUXBUILDER_TOKEN",
                Files.readString(server.dataDirectory().resolve("operator.token")).strip()),
            List.of(
                "audit", "verify", "--operators", "--server", "http://127.0.0.1:" + server.port()));
    assertThat(checked.stdout()).as(checked.stderr()).contains("none changed. Head: ");
    assertThat(checked.exitCode()).isZero();
    assertThat(operator.get("/api/audit?since=" + (lines.size() - 1)).body().lines().toList())
        .containsExactly(lines.getLast());
  }
}

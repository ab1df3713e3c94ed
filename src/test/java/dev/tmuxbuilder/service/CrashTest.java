package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to the process, nothing is lost, doubled or stuck. */
class CrashTest {
  private static final List<String> STEPS =
      List.of(
          "create_user",
          "create_session",
          "generate_site",
          "deploy",
          "health_check",
          "screenshot",
          "e2e_tests");

  /** One run is killed seven times, so that every step is taken up where it was. */
  @Test
  void aServerThatIsKilledInAnyStepGoesOnWhereItWas(@TempDir Path folder) {
    try (ServerProcess server = new ServerProcess(folder.resolve("data")).start()) {
      Client.Created site = server.client().create("# Killed again and again");
      for (String step : STEPS) {
        site.client().stream(
            site.answer().get("stream_url").asText(),
            sent -> sent.name().equals("step") && sent.data().get("name").asText().equals(step));
        server.kill();
        server.start();
      }

      JsonNode end = site.completed();

      assertThat(end.get("run").asInt()).isEqualTo(1);
      assertThat(end.get("release").asInt()).isEqualTo(1);
      assertThat(end.get("steps").findValuesAsText("status"))
          .hasSize(STEPS.size())
          .containsOnly("completed");
      JsonNode receipts =
          site.client().json(site.client().get("/api/executions/" + site.id() + "/receipts"), 200);
      assertThat(receipts.get("receipts")).hasSize(1);
      List<Client.Sent> events =
          site.client().stream(site.answer().get("stream_url").asText(), sent -> false);
      for (int i = 0; i < events.size() - 1; i++) {
        assertThat(events.get(i).id()).hasValue(i + 1L);
      }
      for (String step : STEPS) {
        assertThat(events).as(step).filteredOn(sent -> ends(sent, step)).hasSize(1);
      }
      assertThat(
              events.stream()
                  .filter(sent -> sent.name().equals("status"))
                  .filter(sent -> sent.data().get("status").asText().equals("completed")))
          .hasSize(1);
    }
  }

  private static boolean ends(Client.Sent sent, String step) {
    return sent.name().equals("step")
        && sent.data().get("name").asText().equals(step)
        && sent.data().get("status").asText().equals("completed");
  }

  @Test
  void sigtermStopsInTimeLosesNothingAndLeavesNothingBehind(@TempDir Path folder) {
    try (ServerProcess server = new ServerProcess(folder.resolve("data")).start()) {
      Client.Created site = server.client().create("# Stopped");
      site.client().stream(
          site.answer().get("stream_url").asText(),
          sent ->
              sent.name().equals("step") && sent.data().get("name").asText().equals("screenshot"));
      assertThat(server.stop()).isLessThan(Duration.ofSeconds(10));
      assertThat(server.processesOfDataDirectory()).isEmpty();

      server.start();
      assertThat(site.completed().get("release").asInt()).isEqualTo(1);
    }
  }

  @Test
  void aKilledServerLeavesNoDatabaseAndNoSiteBehind(@TempDir Path folder) {
    try (ServerProcess server = new ServerProcess(folder.resolve("data")).start()) {
      var wish = Client.wish("# Alive");
      wish.put("site_type", "dynamic");
      server.client().create(wish).completed();
      server.kill();
      Awaitility.await()
          .atMost(Duration.ofSeconds(15))
          .until(server::processesOfDataDirectory, List::isEmpty);
    }
  }

  @Test
  void aRunIsCancelledInAnyStepWithinSeconds(@TempDir Path folder) {
    try (ServerProcess server = new ServerProcess(folder.resolve("data")).start()) {
      for (String step : STEPS) {
        Client.Created site = server.client().create("# Cancelled in " + step);
        site.client().stream(
            site.answer().get("stream_url").asText(),
            sent -> sent.name().equals("step") && sent.data().get("name").asText().equals(step));
        var answer = site.client().post("/api/cancel/" + site.id(), "");
        if (answer.statusCode() == 409) {
          assertThat(site.status().get("status").asText()).isEqualTo("completed");
          continue;
        }
        assertThat(answer.statusCode()).isEqualTo(202);
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .until(() -> site.status().get("status").asText(), "cancelled"::equals);
        assertThat(site.client().post("/api/cancel/" + site.id(), "").statusCode()).isEqualTo(409);
        if (step.equals("e2e_tests")) {
          site.post("redeploy", "");
          site.completed();
        }
      }
    }
  }

  @Test
  void twoServersNeverShareADataDirectory(@TempDir Path folder) {
    try (ServerProcess first = new ServerProcess(folder.resolve("data")).start();
        ServerProcess second = new ServerProcess(folder.resolve("data"))) {
      Process refused = second.launch();
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !refused.isAlive());
      assertThat(refused.exitValue()).isEqualTo(1);
      assertThat(second.log()).contains("Another server").contains("TMUXBUILDER_DATA_DIR");
      assertThat(first.client().answers("/q/health/ready")).isTrue();
    }
  }
}

package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is removed of old runs, and what never is. */
class RetentionTest {
  @Test
  void oldRunsGoAndTheLiveReleaseTheNewestRunAndAllReceiptsStay(@TempDir Path folder)
      throws SQLException, IOException {
    try (ServerProcess server = new ServerProcess(folder.resolve("data")).start()) {
      Client.Created site = server.client().create("# It lasts");
      site.completed();
      site.post("redeploy", "").completed();
      site.post("rollback", "{\"release\": 1}").completed();
      List<Client.Sent> everything = events(site, 0);
      server.stop();
      server
          .with("TMUXBUILDER_RETENTION_EVERY", "1s")
          .with("TMUXBUILDER_RETENTION_JOURNAL_RUNS", "1")
          .with("TMUXBUILDER_RETENTION_SCREENSHOT_RUNS", "1")
          .start();

      Awaitility.await("old runs are removed")
          .atMost(Duration.ofSeconds(30))
          .until(() -> runs(server, site).equals(List.of("1", "3")));

      assertThat(Metrics.of(server).value("tmuxbuilder_retention_removed_total{what=\"logs\"}"))
          .isZero();
      List<Client.Sent> kept = events(site, 0);
      assertThat(kept)
          .isEqualTo(
              everything.stream()
                  .filter(e -> List.of(1, 3).contains(e.data().get("run").asInt()))
                  .toList());
      long middle = everything.get(everything.size() / 2).data().path("seq").asLong();
      assertThat(events(site, middle))
          .as("who comes back in the middle of what is gone")
          .isEqualTo(kept.stream().filter(e -> e.id().isEmpty() || e.id().get() > middle).toList());
      JsonNode status = site.status();
      assertThat(status.get("first_seq").asLong()).isEqualTo(1);
      Awaitility.await("pictures are removed")
          .atMost(Duration.ofSeconds(30))
          .until(() -> screenshot(site, 2) == 404);
      JsonNode gone =
          site.client()
              .json(site.client().get("/api/executions/" + site.id() + "/screenshot?run=2"), 404);
      assertThat(gone.get("code").asText()).isEqualTo("removed_by_retention");
      assertThat(screenshot(site, 1)).as("the live release's").isEqualTo(200);
      assertThat(screenshot(site, 3)).as("the newest run's").isEqualTo(200);
      assertThat(receipts(site)).hasSize(2);
      theServiceAloneCannotRemoveAnything(server, site);
    }
  }

  private static void theServiceAloneCannotRemoveAnything(ServerProcess server, Client.Created site)
      throws SQLException, IOException {
    try (Connection service = new ServerDatabase(server.dataDirectory()).asService()) {
      assertThatThrownBy(() -> execute(service, "delete from events"))
          .isInstanceOf(SQLException.class);
      String forget = "select remove_old_journals('" + site.id() + "', 0, now(), 0, 1000)";
      execute(service, "set app.tenant = '" + UUID.randomUUID() + "'");
      assertThat(texts(service, forget)).as("for another tenant").containsExactly("0");
      execute(service, "set app.tenant = '" + site.answer().get("user_id").asText() + "'");
      assertThat(texts(service, forget)).as("the newest and the live one").containsExactly("0");
    }
  }

  @Test
  void ofASiteThatWasDestroyedTheEndIsKept(@TempDir Path folder) {
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_RETENTION_EVERY", "1s")
            .with("TMUXBUILDER_RETENTION_JOURNAL_AGE", "1s")
            .start()) {
      Client.Created kept = server.client().create("# It lasts");
      kept.completed();
      Client.Created site = server.client().create("# It goes");
      site.completed();
      JsonNode receipts = receipts(site);
      List<Client.Sent> before = events(kept, 0);

      site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
      site.await(now -> now.get("status").asText().equals("destroyed"));

      Awaitility.await("its journal is removed")
          .atMost(Duration.ofSeconds(30))
          .until(() -> site.status().get("logs").size() == 1);
      List<Client.Sent> end = events(site, 0);
      assertThat(end.getLast().name()).isEqualTo("end");
      assertThat(end.getLast().data().get("status").asText()).isEqualTo("destroyed");
      assertThat(receipts(site)).isEqualTo(receipts);
      assertThat(events(kept, 0)).isEqualTo(before);
    }
  }

  private static List<String> runs(ServerProcess server, Client.Created site)
      throws SQLException, IOException {
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      return texts(
          superuser,
          "select distinct run from events where execution_id = '" + site.id() + "' order by run");
    }
  }

  private static List<Client.Sent> events(Client.Created site, long since) {
    return site.client().stream(
        "/api/status/" + site.id() + "/stream?since=" + since, event -> event.name().equals("end"));
  }

  private static int screenshot(Client.Created site, int run) {
    return site.client()
        .send(
            site.client().request("/api/executions/" + site.id() + "/screenshot?run=" + run).HEAD())
        .statusCode();
  }

  private static JsonNode receipts(Client.Created site) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/receipts"), 200)
        .get("receipts");
  }
}

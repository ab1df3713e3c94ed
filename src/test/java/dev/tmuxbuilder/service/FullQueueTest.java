package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More wishes than can be worked off. */
class FullQueueTest {
  @Test
  void aWishTooManyIsPutOffAndLeavesNothingBehind(@TempDir Path folder) throws Exception {
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_RUNS_CONCURRENT", "1")
            .with("TMUXBUILDER_RUNS_MAX_WAITING", "2")
            .start()) {
      List<Client.Created> taken = new ArrayList<>();
      Map<String, Object> wish = Client.wish("# Wait");
      HttpResponse<String> answer = ask(server, wish);
      while (answer.statusCode() == 202 && taken.size() < 10) {
        taken.add(created(server, answer));
        wish = Client.wish("# Wait");
        answer = ask(server, wish);
      }
      long users = users(server);

      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(Client.tree(answer.body()).get("code").asText()).isEqualTo("too_many_requests");
      assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
          .isPositive();
      assertThat(taken).hasSizeBetween(2, 5);
      assertThat(users).isEqualTo(taken.size());

      taken.forEach(site -> site.client().post("/api/cancel/" + site.id(), ""));
      Map<String, Object> same = wish;
      Awaitility.await("there is room again")
          .atMost(Duration.ofSeconds(30))
          .until(() -> ask(server, same).statusCode() == 202);
    }
  }

  @Test
  void aTenantsRunsBeyondItsShareWaitForItsOwnAndKeepTheirOrder(@TempDir Path folder)
      throws Exception {
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_RUNS_CONCURRENT", "4")
            .with("TMUXBUILDER_RUNS_PER_TENANT", "1")
            .with("TMUXBUILDER_RUNS_MAX_WAITING_PER_TENANT", "4")
            .start()) {
      Map<String, Object> wish = Client.wish("# Mine");
      Client.Created made = server.client().create(wish);
      made.completed();
      Client.Created first =
          new Client.Created(made.client(), Client.tree(ask(made.client(), wish).body()));
      List<Client.Created> mine = new ArrayList<>(List.of(first));
      HttpResponse<String> answer = ask(first.client(), wish);
      while (answer.statusCode() == 202 && mine.size() < 10) {
        mine.add(new Client.Created(first.client(), Client.tree(answer.body())));
        answer = ask(first.client(), wish);
      }
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.body()).contains("Too many of your own sites");
      HttpResponse<String> redeploy = made.client().post("/api/redeploy/" + made.id(), "");
      assertThat(redeploy.statusCode()).isEqualTo(429);
      assertThat(redeploy.headers().firstValue("Retry-After")).contains("30");
      assertThat(made.status().get("run").asInt()).isEqualTo(1);
      made.post("rollback", "{\"release\":1}");
      Client.Created last = mine.getLast();
      assertThat(last.status().get("queue_position").asInt()).isGreaterThanOrEqualTo(2);
      Client.Created another = server.client().create("# Another's");

      another.completed();
      assertThat(last.status().get("status").asText()).isEqualTo("pending");
      Client.Created cancelled = mine.get(1);
      cancelled.client().post("/api/cancel/" + cancelled.id(), "");
      last.completed();

      try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
        assertThat(
                texts(
                    superuser,
                    "select count(*) from runs a, runs b where a.tenant_id = b.tenant_id"
                        + " and a.execution_id < b.execution_id"
                        + " and a.started_at < b.finished_at and b.started_at < a.finished_at"))
            .as("runs of one tenant that were worked on at the same time")
            .containsExactly("0");
      }
      assertThat(last.status().get("queue_position").isNull()).isTrue();
    }
  }

  @Test
  void readinessIsRedBeforeTheQueueIsFull(@TempDir Path folder) throws Exception {
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_RUNS_CONCURRENT", "1")
            .with("TMUXBUILDER_RUNS_MAX_WAITING", "10")
            .start()) {
      List<Client.Created> taken = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        taken.add(server.client().create("# Wait"));
      }
      Awaitility.await("readiness is red")
          .atMost(Duration.ofSeconds(10))
          .until(() -> server.client().get("/q/health/ready").statusCode() == 503);
      assertThat(server.client().get("/q/health/live").statusCode()).isEqualTo(200);
      assertThat(server.client().get("/q/health/group/traffic").statusCode())
          .as("sites and their status are served")
          .isEqualTo(200);
      taken.forEach(site -> site.client().post("/api/cancel/" + site.id(), ""));
      Awaitility.await("and green again")
          .atMost(Duration.ofSeconds(30))
          .until(() -> server.client().answers("/q/health/ready"));
    }
  }

  @Test
  void moreCallsAtOnceThanItCanAnswerAreToldToComeAgain(@TempDir Path folder) throws Exception {
    try (ServerProcess server =
        new ServerProcess(folder.resolve("data")).with("TMUXBUILDER_API_MAX_CALLS", "0").start()) {
      HttpResponse<String> answer = ask(server, Client.wish("# Now"));
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(Client.tree(answer.body()).get("code").asText()).isEqualTo("unavailable");
      assertThat(users(server)).isZero();
    }
  }

  private static HttpResponse<String> ask(ServerProcess server, Map<String, Object> wish) {
    return ask(server.client(), wish);
  }

  private static HttpResponse<String> ask(Client client, Map<String, Object> wish) {
    return client.post("/api/create-user", Client.text(wish));
  }

  private static Client.Created created(ServerProcess server, HttpResponse<String> answer) {
    var body = Client.tree(answer.body());
    return new Client.Created(server.client().as(body.get("access_token").asText()), body);
  }

  private static long users(ServerProcess server) throws SQLException, IOException {
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      return Long.parseLong(texts(superuser, "select count(*) from users").getFirst());
    }
  }
}

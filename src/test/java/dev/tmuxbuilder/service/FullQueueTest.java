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

  private static HttpResponse<String> ask(ServerProcess server, Map<String, Object> wish) {
    return server.client().post("/api/create-user", Client.text(wish));
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

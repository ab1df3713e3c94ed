package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How often one may call, and how much one may have. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LimitsTest {
  private static final int A_MINUTE = 120;

  private ServerProcess server;
  private Client nobody;

  @BeforeAll
  void start(@TempDir Path folder) {
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_API_REQUESTS_PER_USER", Integer.toString(A_MINUTE))
            .with("TMUXBUILDER_API_REQUESTS_PER_TENANT", Integer.toString(A_MINUTE + 60))
            .with("TMUXBUILDER_QUOTA_SITES", "3")
            .start();
    nobody = server.client();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  /** How many calls were answered before the first that was refused. */
  private static int callsUntilRefused(Client client) {
    for (int calls = 0; calls < 10 * A_MINUTE; calls++) {
      HttpResponse<String> answer = client.get("/api/session");
      if (answer.statusCode() == 429) {
        assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
            .isBetween(1, 60);
        assertThat(answer.body()).contains("too_many_requests", "times in a minute");
        return calls;
      }
    }
    return 10 * A_MINUTE;
  }

  @Test
  void whoCallsTooOftenHasToWaitAndNobodyElse() {
    Organisation ours = Organisation.of(nobody);
    Client guest = ours.member("viewer");
    Client program = // a user of the same tenant
        nobody.as(
            ours.token(
                    "viewer",
                    java.util.Optional.of(
                        ours.admin()
                            .json(
                                ours.admin()
                                    .post(
                                        ours.path("/service-accounts"),
                                        text(Map.of("name", "watcher", "role", "viewer"))),
                                201)
                            .get("user_id")
                            .asText()))
                .get("token")
                .asText());
    assertThat(callsUntilRefused(ours.admin())).isBetween(A_MINUTE - 20, 2 * A_MINUTE);
    assertThat(callsUntilRefused(program)).as("the tenant's share").isBetween(20, A_MINUTE);
    assertThat(guest.get("/api/session").statusCode()).as("another tenant's user").isEqualTo(200);
    assertThat(callsUntilRefused(server.operator())).isEqualTo(10 * A_MINUTE);
  }

  @Test
  void aTenantHasNoMoreSitesAndNoMoreStorageThanItsQuota() {
    Map<String, Object> wish = Client.wish("# Small");
    Client.Created first = nobody.create(wish);
    new Client.Created(server.operator(), first.answer()).completed(); // who may ask as often
    Client owner = first.client();
    String tenant = first.answer().get("user_id").asText();
    String quota = "/api/tenants/" + tenant + "/quota";
    owner.create(wish);
    owner.create(wish);

    HttpResponse<String> fourth = owner.post("/api/create-user", text(wish));
    assertThat(fourth.statusCode()).isEqualTo(409);
    assertThat(fourth.body()).contains("quota_reached", "Destroy a site", "may have 3");
    assertThat(owner.json(owner.get("/api/user/" + tenant + "/sessions"), 200).get("sessions"))
        .as("nothing was made")
        .hasSize(3);

    Client operator = server.operator();
    assertThat(put(owner, quota, "{\"sites\": 9}").statusCode()).isEqualTo(403);
    JsonNode set = operator.json(put(operator, quota, "{\"sites\": 4}"), 200);
    assertThat(set.get("used_sites").asInt()).isEqualTo(3);
    assertThat(set.get("used_storage_bytes").asLong()).isPositive();
    owner.create(wish);

    operator.json(put(operator, quota, "{\"sites\": 9, \"storage_bytes\": 10}"), 200);
    HttpResponse<String> redeploy = owner.post("/api/redeploy/" + first.id(), "");
    assertThat(redeploy.statusCode()).isEqualTo(409);
    assertThat(redeploy.body()).contains("quota_reached", "bytes");
    assertThat(first.status().get("run").asInt()).as("nothing was started").isEqualTo(1);
    assertThat(owner.get(quota).body()).contains("\"storage_bytes\":10");
    assertThat(operator.delete(quota).statusCode()).isEqualTo(204);
    assertThat(owner.post("/api/redeploy/" + first.id(), "").statusCode()).isEqualTo(202);
    assertThat(put(operator, quota, "{\"sites\": -1}").statusCode()).isEqualTo(400);
    assertThat(put(operator, quota, "{\"agent_minutes\": -1}").statusCode()).isEqualTo(400);

    JsonNode none = operator.json(put(operator, quota, "{\"agent_minutes\": 0}"), 200);
    assertThat(none.get("agent_minutes").asInt()).isZero();
    HttpResponse<String> noAgent = owner.post("/api/create-user", text(wish));
    assertThat(noAgent.statusCode()).isEqualTo(409);
    assertThat(noAgent.body()).contains("quota_reached", "minutes", "Nothing was started");
    server.cancelWhatRuns();
  }

  private static HttpResponse<String> put(Client client, String path, String body) {
    return client.send(
        client
            .request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }
}

package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator says what a tenant's programs may reach; its members see it. */
@ExtendWith(SharedServer.class)
class AllowedHostsTest {
  private final ServerProcess server;
  private final Organisation ours;

  AllowedHostsTest(ServerProcess server) {
    this.server = server;
    ours = Organisation.of(server.client());
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  private static HttpResponse<String> put(Client client, String path, Object hosts) {
    return client.send(
        client
            .request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(text(Map.of("hosts", hosts)))));
  }

  private JsonNode seen(Client client) {
    return client.json(client.get(ours.path("/allowed-hosts")), 200).get("hosts");
  }

  @Test
  void theOperatorSetsThemAndMembersSeeThem() {
    Client viewer = ours.member("viewer");
    assertThat(seen(viewer)).isEmpty();

    HttpResponse<String> set =
        put(
            server.operator(),
            ours.path("/allowed-hosts"),
            List.of("API.example.org", "*.example.net:8443", "api.example.org:443"));

    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    assertThat(seen(viewer))
        .extracting(JsonNode::asText)
        .containsExactly("api.example.org", "*.example.net:8443");
    assertThat(viewer.get("/team").statusCode()).isEqualTo(200);
    assertThat(put(server.operator(), ours.path("/allowed-hosts"), List.of()).statusCode())
        .isEqualTo(200);
    assertThat(seen(viewer)).isEmpty();
  }

  @Test
  void nobodyElseSetsThemAndWhatIsNoNameIsRefused() {
    String path = ours.path("/allowed-hosts");
    assertThat(put(ours.admin(), path, List.of("api.example.org")).statusCode()).isEqualTo(403);
    for (Object bad :
        List.of(
            List.of("127.0.0.1"),
            List.of("localhost"),
            List.of("*"),
            List.of(7),
            "api.example.org",
            Collections.nCopies(101, "api.example.org"))) {
      HttpResponse<String> refused = put(server.operator(), path, bad);
      assertThat(refused.statusCode()).as("%s: %s", bad, refused.body()).isEqualTo(400);
      assertThat(refused.body()).contains("\"hosts\"");
    }
    assertThat(seen(ours.admin())).isEmpty();
    assertThat(
            put(
                    server.operator(),
                    "/api/tenants/" + UUID.randomUUID() + "/allowed-hosts",
                    List.of("api.example.org"))
                .statusCode())
        .isEqualTo(404);
  }
}

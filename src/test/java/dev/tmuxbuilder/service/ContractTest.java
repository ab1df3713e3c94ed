package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static dev.tmuxbuilder.service.Client.wish;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers may rely on, seen from outside. */
@ExtendWith(SharedServer.class)
class ContractTest {
  private final ServerProcess server;
  private final Client nobody;

  ContractTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  /** None of these tests looks at what a run does. */
  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  @Test
  void aNewUserGetsIdsThatFollowFromEmailAndPhone() {
    Map<String, Object> wish = wish("# Hello");
    HttpResponse<String> response = nobody.post("/api/create-user", text(wish));
    JsonNode answer = nobody.json(response, 202);

    assertThat(answer.get("user_id").asText())
        .isEqualTo(uuid5(wish.get("email") + "|+12025550123"));
    assertThat(answer.get("session_id").asText()).matches("sess_\\d{8}_\\d{6}_[0-9a-z]{4}");
    assertThat(answer.get("execution_id").asText())
        .isEqualTo(answer.get("user_id").asText() + "_" + answer.get("session_id").asText());
    assertThat(answer.get("is_new_user").asBoolean()).isTrue();
    assertThat(answer.get("access_token").asText()).isNotBlank();
    assertThat(response.headers().firstValue("Location").orElseThrow())
        .endsWith(answer.get("status_url").asText());
  }

  /** RFC 9562, 5.5, in the URL namespace. */
  private static String uuid5(String name) {
    try {
      var sha1 = java.security.MessageDigest.getInstance("SHA-1");
      UUID namespace = UUID.fromString("6ba7b811-9dad-11d1-80b4-00c04fd430c8");
      sha1.update(
          java.nio.ByteBuffer.allocate(16)
              .putLong(namespace.getMostSignificantBits())
              .putLong(namespace.getLeastSignificantBits())
              .array());
      var hash = java.nio.ByteBuffer.wrap(sha1.digest(name.getBytes(StandardCharsets.UTF_8)));
      long high = hash.getLong() & 0xffffffffffff0fffL | 0x5000L;
      long low = hash.getLong() & 0x3fffffffffffffffL | 0x8000000000000000L;
      return new UUID(high, low).toString();
    } catch (java.security.NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Test
  void aKnownUserNeedsTheTokenForAnotherSession() {
    Map<String, Object> wish = wish("# Hello");
    Client.Created first = nobody.create(wish);

    assertThat(nobody.post("/api/create-user", text(wish)).statusCode()).isEqualTo(401);
    Client.Created second = first.client().create(wish);
    assertThat(second.answer().get("is_new_user").asBoolean()).isFalse();
    assertThat(second.answer().has("access_token")).isFalse();
    assertThat(second.id()).isNotEqualTo(first.id());

    Client.Created third = server.operator().create(wish);
    JsonNode sessions =
        first
            .client()
            .json(
                first
                    .client()
                    .get("/api/user/" + first.answer().get("user_id").asText() + "/sessions"),
                200);
    List<String> ids = new ArrayList<>();
    sessions.get("sessions").forEach(node -> ids.add(node.get("execution_id").asText()));
    assertThat(ids).containsExactlyInAnyOrder(third.id(), second.id(), first.id());
  }

  @Test
  void sessionsArePagedWithoutAGap() {
    Map<String, Object> wish = wish("");
    Client.Created first = nobody.create(wish);
    List<String> all = new ArrayList<>(List.of(first.id()));
    IntStream.range(0, 4).forEach(i -> all.add(first.client().create(wish).id()));

    List<String> seen = new ArrayList<>();
    String path = "/api/user/" + first.answer().get("user_id").asText() + "/sessions?limit=2";
    while (path != null) {
      JsonNode page = first.client().json(first.client().get(path), 200);
      page.get("sessions").forEach(node -> seen.add(node.get("execution_id").asText()));
      path = page.get("next").isNull() ? null : page.get("next").asText();
    }
    assertThat(seen).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void theSameKeyAndBodyGiveTheSameAnswerAndStartNothingTwice() {
    Map<String, Object> wish = wish("# Once");
    String key = UUID.randomUUID().toString();
    String body = text(wish);
    List<String> answers =
        IntStream.range(0, 8)
            .parallel()
            .mapToObj(i -> nobody.post("/api/create-user", body, "Idempotency-Key", key))
            .map(response -> nobody.json(response, 202).toString())
            .toList();
    assertThat(answers).hasSize(8).containsOnly(answers.getFirst());

    JsonNode answer = Client.tree(answers.getFirst());
    Client user = nobody.as(answer.get("access_token").asText());
    JsonNode sessions =
        user.json(user.get("/api/user/" + answer.get("user_id").asText() + "/sessions"), 200);
    assertThat(sessions.get("sessions")).hasSize(1);

    wish.put("requirements", "# Twice");
    JsonNode problem =
        nobody.json(nobody.post("/api/create-user", text(wish), "Idempotency-Key", key), 422);
    assertThat(problem.get("code").asText()).isEqualTo("key_reused");
  }

  static Stream<Arguments> badFields() {
    return Stream.of(
        Arguments.of("email", "not an address"),
        Arguments.of("email", "a@b"),
        Arguments.of("email", "a@-b.com"),
        Arguments.of("email", "x".repeat(250) + "@example.com"),
        Arguments.of("email", 7),
        Arguments.of("email", "ana@example.com\u0000"),
        Arguments.of("phone", "(202) 555-0123"),
        Arguments.of("phone", "2025550123"),
        Arguments.of("phone", "+0123456789"),
        Arguments.of("phone", "+1 202 555 0123"),
        Arguments.of("phone", Map.of("a", 1)),
        Arguments.of("host_provider", "moon"),
        Arguments.of("host_provider", "LOCAL"),
        Arguments.of("site_type", "quantum"),
        Arguments.of("agent", "nobody"),
        Arguments.of("requirements", List.of("a")),
        Arguments.of("requirements", "a\u0000b"),
        Arguments.of("requirments", "a typo never passes silently"));
  }

  @ParameterizedTest
  @MethodSource("badFields")
  void aBadFieldIsNamedAndNothingIsMade(String field, Object value) {
    Map<String, Object> wish = wish("# Hello");
    wish.put(field, value);
    JsonNode problem = nobody.json(nobody.post("/api/create-user", text(wish)), 400);
    assertThat(problem.get("errors")).hasSize(1);
    assertThat(problem.get("errors").get(0).get("field").asText()).isEqualTo(field);
    assertThat(problem.get("errors").get(0).get("message").asText()).isNotBlank();
  }

  @Test
  void everyBadFieldIsNamedAtOnce() {
    JsonNode problem =
        nobody.json(
            nobody.post(
                "/api/create-user",
                text(Map.of("email", "x", "phone", 1, "site_type", "x", "colour", "red"))),
            400);
    assertThat(problem.get("errors").findValuesAsText("field"))
        .containsExactlyInAnyOrder("email", "phone", "host_provider", "site_type", "colour");
  }

  @Test
  void aProblemHasTheFormOfTheContract() {
    HttpResponse<String> response = nobody.post("/api/create-user", "{");
    assertThat(response.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/problem+json");
    JsonNode problem = nobody.json(response, 400);
    assertThat(problem.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "type", "title", "status", "detail", "instance", "code", "errors");
    assertThat(problem.get("instance").asText()).isEqualTo("/api/create-user");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "\"text\"",
        "{} {}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":\"\\ud800\"}"
      })
  void rubbishIsRefused(String body) {
    assertThat(nobody.post("/api/create-user", body).statusCode()).isEqualTo(400);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    byte[] body = "{\"email\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(nobody.post("/api/create-user", body).statusCode()).isEqualTo(400);
  }

  @Test
  void deepNestingIsRefused() {
    String body = "{\"requirements\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(nobody.post("/api/create-user", body).statusCode()).isEqualTo(400);
  }

  @Test
  void aBriefOver64KiBIsTooLarge() {
    JsonNode problem =
        nobody.json(nobody.post("/api/create-user", text(wish("x".repeat(65 * 1024)))), 413);
    assertThat(problem.get("errors").get(0).get("field").asText()).isEqualTo("requirements");
  }

  @Test
  void aBodyOverTheLimitIsTooLarge() {
    HttpResponse<String> response =
        nobody.post("/api/create-user", text(wish("x".repeat(2 * 1024 * 1024))));
    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(Client.tree(response.body()).get("code").asText()).isEqualTo("payload_too_large");
  }

  @Test
  void anotherMediaTypeIsRefused() {
    HttpResponse<String> response =
        nobody.send(
            nobody
                .request("/api/create-user")
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
    assertThat(nobody.json(response, 415).get("code").asText()).isEqualTo("unsupported_media_type");
  }

  @Test
  void anotherMethodIsRefused() {
    JsonNode problem = nobody.json(nobody.get("/api/create-user"), 405);
    assertThat(problem.get("code").asText()).isEqualTo("method_not_allowed");
  }

  @Test
  void whatIsNotSetUpIsRefusedWithTheSettingsName() {
    Map<String, String> missing =
        Map.of("aws", "TMUXBUILDER_AWS_PROFILE", "azure", "TMUXBUILDER_AZURE_SUBSCRIPTION");
    missing.forEach(
        (host, setting) -> {
          Map<String, Object> wish = wish("# Hello");
          wish.put("host_provider", host);
          HttpResponse<String> response = nobody.post("/api/create-user", text(wish));
          assertThat(nobody.json(response, 422).get("detail").asText()).contains(setting);
        });
    for (String agent : List.of("claude", "opencode")) {
      Map<String, Object> wish = wish("# Hello");
      wish.put("agent", agent);
      JsonNode problem = nobody.json(nobody.post("/api/create-user", text(wish)), 422);
      assertThat(problem.get("detail").asText()).contains("ANTHROPIC_API_KEY");
    }
  }

  static Stream<String> callsThatNeedSomebody() {
    String id = UUID.randomUUID() + "_sess_20260101_000000_abcd";
    return Stream.of(
        "GET /api/status/" + id,
        "GET /api/status/" + id + "/stream",
        "POST /api/redeploy/" + id,
        "POST /api/rollback/" + id,
        "POST /api/cancel/" + id,
        "POST /api/chat/" + id,
        "DELETE /api/executions/" + id,
        "GET /api/executions/" + id + "/screenshot",
        "GET /api/executions/" + id + "/tests",
        "GET /api/executions/" + id + "/receipts",
        "GET /api/executions/" + id + "/receipts/1",
        "GET /api/executions/" + id + "/resources",
        "GET /api/user/" + UUID.randomUUID() + "/sessions");
  }

  @ParameterizedTest
  @MethodSource("callsThatNeedSomebody")
  void nobodyAndForgersAreRefusedAndStrangersSeeNothing(String call) {
    assertThat(call(nobody, call).statusCode()).isEqualTo(401);
    assertThat(call(nobody.as("tb_forged"), call).statusCode()).isEqualTo(401);

    Client.Created owner = nobody.create("# Mine");
    Client stranger = nobody.create("# Other").client();
    String foreign =
        call.replaceFirst(
            "[0-9a-f-]{36}(_sess_\\w+)?",
            call.contains("/user/") ? owner.answer().get("user_id").asText() : owner.id());
    HttpResponse<String> missing = call(stranger, call);
    HttpResponse<String> theirs = call(stranger, foreign);
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(theirs.statusCode()).isEqualTo(404);
    assertThat(theirs.body()).isEqualTo(missing.body());
  }

  private static HttpResponse<String> call(Client client, String call) {
    String method = call.substring(0, call.indexOf(' '));
    String body = call.contains("/rollback/") ? "{\"release\":1}" : "{\"message\":\"hi\"}";
    return client.send(
        client
            .request(call.substring(call.indexOf(' ') + 1))
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("POST")
                    ? HttpRequest.BodyPublishers.ofString(body)
                    : HttpRequest.BodyPublishers.noBody()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        "%2e%2e",
        "..%2f..%2foperator.token",
        "%27%20or%201=1--",
        "%00",
        "a%22b",
        "x",
        "%F0%9F%8D%9E",
        "00000000-0000-0000-0000-000000000000_sess_20260101_000000_abcd%2f.."
      })
  void strangeIdsAreNotFound(String id) {
    Client user = nobody.create("").client();
    for (String path :
        List.of("/api/status/%s", "/api/executions/%s/screenshot", "/api/user/%s/sessions")) {
      HttpResponse<String> response = user.get(path.formatted(id));
      assertThat(response.statusCode()).isIn(400, 404);
      assertThat(response.body()).doesNotContain("Exception");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"since=x", "since=-1", "limit=0", "limit=100000", "since=99999999999999999999"})
  void badNumbersInTheQueryAreNamed(String query) {
    Client.Created mine = nobody.create("");
    JsonNode problem =
        mine.client().json(mine.client().get("/api/status/" + mine.id() + "?" + query), 400);
    assertThat(problem.get("errors").get(0).get("field").asText())
        .isEqualTo(query.substring(0, query.indexOf('=')));
  }

  @Test
  void theUsualPagesAreThere() {
    assertThat(nobody.get("/q/health/live").statusCode()).isEqualTo(200);
    assertThat(nobody.get("/q/health/ready").statusCode()).isEqualTo(200);
    assertThat(nobody.get("/q/metrics").statusCode()).isEqualTo(200);
    assertThat(nobody.get("/q/openapi").body())
        .contains("/api/create-user", "/api/status/{execution_id}/stream", "too_many_requests");
  }

  @Test
  void anUnknownPathIsAProblemToo() {
    HttpResponse<String> response = nobody.create("").client().get("/api/nothing/here");
    assertThat(nobody.json(response, 404).get("code").asText()).isEqualTo("not_found");
  }
}

package dev.tmuxbuilder.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.platform.PasswordHash;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Cloudflare Access is required and away: the operator gets in all the same, and nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmergencyTest {
  private static final String USER = "Zoë";
  private static final int FAILED_SIGN_INS = 40;
  private static final String PASSWORD = "a passphrase with ünïcode: " + UUID.randomUUID();
  private static final String RIGHT = basic(USER, PASSWORD);

  private ServerProcess server;
  private Client nobody;

  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    String away;
    try (Issuer team = new Issuer()) {
      away = team.url();
    }
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_SIGNUP", "operator")
            .with("TMUXBUILDER_API_FAILED_SIGN_INS", Integer.toString(FAILED_SIGN_INS))
            .with("TMUXBUILDER_IDENTITY_ACCESS_TEAM", away)
            .with("TMUXBUILDER_IDENTITY_ACCESS_AUDIENCE", Issuer.AUDIENCE)
            .with("TMUXBUILDER_IDENTITY_EMERGENCY_USER", USER)
            .with(
                "TMUXBUILDER_IDENTITY_EMERGENCY_PASSWORD_HASH",
                PasswordHash.of(PASSWORD.getBytes(StandardCharsets.UTF_8)).toString())
            .start();
    nobody = server.client();
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private HttpResponse<String> get(String path, String authorization) {
    return nobody.send(nobody.request(path).header("Authorization", authorization));
  }

  private List<String> linesOfTheAudit() {
    return get("/api/audit?limit=1000", RIGHT).body().lines().toList();
  }

  @Test
  void thePasswordOpensApiAndPagesPastAccessAndEachUseIsWrittenDown() {
    assertThat(get("/api/nodes", RIGHT).statusCode()).isEqualTo(200);
    assertThat(get("/api/session", RIGHT).body()).contains("\"operator\"");
    HttpResponse<String> page = get("/", RIGHT);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("<html");
    HttpResponse<String> rotated =
        nobody.send(
            nobody
                .request("/api/secrets/rotate")
                .header("Authorization", RIGHT)
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(rotated.statusCode()).isEqualTo(200);

    List<JsonNode> lines = linesOfTheAudit().stream().map(Client::tree).toList();
    for (String target : List.of("/api/nodes", "/api/session", "/")) {
      assertThat(lines)
          .anySatisfy(
              line -> {
                assertThat(line.get("action").asText()).isEqualTo("EMERGENCY GET");
                assertThat(line.get("target").asText()).isEqualTo(target);
                assertThat(line.get("actor").asText()).isEqualTo("operator");
                assertThat(line.get("address").asText()).isEqualTo("127.0.0.1");
                assertThat(line.get("outcome").asInt()).isEqualTo(200);
              });
    }
    assertThat(server.log(1000))
        .contains(
            "The emergency sign-in is on",
            "emergency sign-in from 127.0.0.1 let in: POST /api/secrets/rotate")
        .doesNotContain(PASSWORD);
  }

  @Test
  void nothingElseOpensAnythingAndABrowserIsAskedForThePassword() {
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("another password", basic(USER, PASSWORD + "x"));
    wrong.put("another name", basic("Zoe", PASSWORD));
    wrong.put("no password", basic(USER, ""));
    wrong.put("no colon", "Basic " + Base64.getEncoder().encodeToString(new byte[] {'Z'}));
    wrong.put("not Base64", "Basic ***");
    wrong.put("not UTF-8", "Basic " + Base64.getEncoder().encodeToString(new byte[] {-1, ':'}));
    wrong.put("the password as a token", "Bearer " + PASSWORD.replaceAll("[^\\x20-\\x7e]", ""));
    wrong.put("the header as a token", "Bearer " + RIGHT);
    wrong.put("the operator's token past Access", "Bearer " + server.operator().token().orElse(""));
    SoftAssertions all = new SoftAssertions();
    wrong.forEach(
        (what, header) -> {
          HttpResponse<String> refused = get("/api/nodes", header);
          all.assertThat(refused.statusCode()).as(what).isEqualTo(401);
          all.assertThat(refused.headers().allValues("WWW-Authenticate"))
              .as(what)
              .containsExactly("Basic realm=\"tmux-builder\", charset=\"UTF-8\"");
        });
    all.assertThat(nobody.get("/").statusCode()).as("nobody, a page").isEqualTo(401);
    all.assertThat(get("/api/opencode/x/session", RIGHT).statusCode())
        .as("where a password is a user's token")
        .isEqualTo(401);
    all.assertThat(
            nobody
                .send(
                    nobody
                        .request("/api/secrets/rotate")
                        .header("Authorization", RIGHT)
                        .header("Origin", "http://evil.example")
                        .POST(HttpRequest.BodyPublishers.noBody()))
                .statusCode())
        .as("another site's page in the operator's browser")
        .isEqualTo(403);
    all.assertThat(linesOfTheAudit())
        .anyMatch(
            line ->
                line.contains("\"EMERGENCY GET\"")
                    && line.contains("\"anonymous\"")
                    && line.contains("401"));
    all.assertThat(server.log(1000)).contains("emergency sign-in from 127.0.0.1 refused: GET");
    all.assertAll();
  }

  /** Loopback has many addresses. */
  private HttpResponse<String> from(String address, String authorization) throws Exception {
    try (HttpClient http =
        HttpClient.newBuilder().localAddress(InetAddress.getByName(address)).build()) {
      return http.send(
          HttpRequest.newBuilder(URI.create(nobody.base() + "/api/nodes"))
              .header("Authorization", authorization)
              .build(),
          BodyHandlers.ofString());
    }
  }

  @Test
  void whoGuessesIsNotListenedToForAWhile() throws Exception {
    String guesser = "127.0.0.3";
    int guesses = 0;
    boolean locked = false;
    while (!locked && guesses < 10 * FAILED_SIGN_INS) { // it is given back bit by bit
      guesses++;
      locked =
          from(guesser, "Basic ***").statusCode() == 429
              && from(guesser, RIGHT).statusCode() == 429;
    }
    assertThat(guesses).isBetween(FAILED_SIGN_INS, 10 * FAILED_SIGN_INS - 1);
    assertThat(from("127.0.0.4", RIGHT).statusCode()).as("from elsewhere").isEqualTo(200);
  }

  @Test
  void manyWhoGuessAtOnceDoNotHoldTheServiceUp() throws Exception {
    List<CompletableFuture<Integer>> guesses = new ArrayList<>();
    try (HttpClient http =
        HttpClient.newBuilder().localAddress(InetAddress.getByName("127.0.0.5")).build()) {
      for (int i = 0; i < 30; i++) {
        guesses.add(
            http.sendAsync(
                    HttpRequest.newBuilder(URI.create(nobody.base() + "/api/nodes"))
                        .header("Authorization", basic(USER, "a guess, the " + i + "th of many"))
                        .build(),
                    BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode));
      }
      List<Integer> answers = guesses.stream().map(CompletableFuture::join).toList();
      assertThat(answers).as("looked at, or told to come again").containsOnly(401, 503);
    }
    assertThat(nobody.get("/q/health/live").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsHalfSetOrWeakIsSaidAtTheStart() {
    String user = "tmuxbuilder.identity.emergency.user";
    String hash = "tmuxbuilder.identity.emergency.password-hash";
    String good = PasswordHash.of(PASSWORD.getBytes(StandardCharsets.UTF_8)).toString();
    Map<Map<String, String>, String> bad =
        Map.of(
            Map.of(user, "root"), "TMUXBUILDER_IDENTITY_EMERGENCY_PASSWORD_HASH is missing",
            Map.of(hash, good), "TMUXBUILDER_IDENTITY_EMERGENCY_USER is missing",
            Map.of(user, "a:b", hash, good), "colon",
            Map.of(user, "root", hash, "a password"), "no Argon2id hash",
            Map.of(user, "root", hash, good.replace("m=19456", "m=8")), "no Argon2id hash",
            Map.of(user, "root", hash, good.replace("argon2id", "argon2i")), "no Argon2id hash");
    bad.forEach(
        (settings, why) ->
            assertThatThrownBy(() -> new Emergency(TestSites.settings(settings)))
                .isInstanceOf(Refusal.class)
                .hasMessageContaining(why));
    assertThat(new Emergency(TestSites.settings(Map.of())).isOn()).isFalse();
  }
}

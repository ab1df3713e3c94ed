package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A dynamic site's program gets what was set for it, and nobody else ever sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SecretsTest {
  private static final String CANARY = "canary-" + UUID.randomUUID();
  private static final String SECOND = "second \"" + UUID.randomUUID() + "\" canary";

  private ServerProcess server;
  private Client.Created site;

  @BeforeAll
  void build(@TempDir Path folder) throws IOException {
    server = new ServerProcess(folder.resolve("data")).start();
    Map<String, Object> wish = Client.wish("# Keeper\n\n## Guestbook\n\nWrite to us.");
    wish.put("site_type", "dynamic");
    site = server.client().create(wish);
    site.completed();
    Path program = session().resolve("source/server.mjs");
    Files.writeString(
        program,
        """
        import { writeFileSync } from 'node:fs';
        import { createHash as digest } from 'node:crypto';
        const given = process.env.API_KEY || '';
        console.log('starts with ' + given + ' and MODE=' + process.env.MODE);
        writeFileSync(
          process.env.DATA_DIR + '/seen', digest('sha256').update(given).digest('hex'));
        if (process.env.BREAK) throw new Error('cannot sign in with ' + given);
        """
            + Files.readString(program));
  }

  @AfterAll
  void stop() {
    server.close();
  }

  private Path session() {
    return server
        .dataDirectory()
        .resolve("users")
        .resolve(site.answer().get("user_id").asText())
        .resolve("sessions")
        .resolve(site.answer().get("session_id").asText());
  }

  private String env() {
    return "/api/executions/" + site.id() + "/env";
  }

  private HttpResponse<String> put(Map<String, ?> variables) {
    return put(site.client(), text(Map.of("variables", variables)));
  }

  private HttpResponse<String> put(Client client, String body) {
    return client.send(
        client
            .request(env())
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(body)));
  }

  private JsonNode redeployed() {
    site.post("redeploy", "");
    return site.end();
  }

  private void programSaw(String value) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_8));
    String wanted = HexFormat.of().formatHex(digest);
    Awaitility.await("the program was given what was set")
        .ignoreExceptionsInstanceOf(IOException.class) // it may not have begun
        .untilAsserted(
            () -> assertThat(Files.readString(session().resolve("state/seen"))).isEqualTo(wanted));
  }

  @Test
  @Order(1)
  void aRedeployTakesUpWhatWasSetAndNobodyIsToldIt() throws Exception {
    HttpResponse<String> set = put(Map.of("API_KEY", CANARY, "MODE", "quiet"));
    assertThat(set.statusCode()).as(set.body()).isEqualTo(200);
    assertThat(set.body()).contains("API_KEY", "set_at").doesNotContain(CANARY, "quiet");

    site.post("redeploy", "").completed();
    programSaw(CANARY);

    JsonNode names = site.client().json(site.client().get(env()), 200);
    assertThat(names.get("variables").findValuesAsText("name")).containsExactly("API_KEY", "MODE");
    assertThat(names.toString()).doesNotContain(CANARY);
  }

  @Test
  @Order(2)
  void aNewValueIsTakenUpAlthoughTheFilesAreTheSame() throws Exception {
    String before = receiptOfNewest();
    assertThat(put(Map.of("API_KEY", SECOND)).statusCode()).isEqualTo(200);
    assertThat(site.client().delete(env() + "/MODE").statusCode()).isEqualTo(204);
    assertThat(site.client().delete(env() + "/MODE").statusCode()).isEqualTo(404);
    site.post("redeploy", "").completed();
    programSaw(SECOND);
    assertThat(receiptOfNewest()).as("the artifact").isEqualTo(before);
  }

  private String receiptOfNewest() {
    JsonNode receipts =
        site.client()
            .json(site.client().get("/api/executions/" + site.id() + "/receipts"), 200)
            .get("receipts");
    return receipts.get(receipts.size() - 1).get("artifact_sha256").asText();
  }

  @Test
  @Order(3)
  void aProgramThatPrintsItsSecretWhileItFailsTellsNobody() {
    assertThat(put(Map.of("BREAK", "yes, with this")).statusCode()).isEqualTo(200);
    JsonNode failed = redeployed();
    assertThat(failed.at("/error/code").asText()).isEqualTo("site_unhealthy");
    assertThat(failed.at("/error/hint").asText())
        .contains("cannot sign in with [redacted]")
        .doesNotContain(SECOND);
    assertThat(site.client().delete(env() + "/BREAK").statusCode()).isEqualTo(204);
  }

  @Test
  @Order(4)
  void newKeysSealTheSameValuesAndTheSiteComesUpWithThemAfterAKill() throws Exception {
    Path master = server.dataDirectory().resolve("master.secret");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(master)))
        .isEqualTo("rw-------");
    String before = Files.readString(master);
    List<String> sealedBefore = sealed();

    JsonNode rotated =
        server.operator().json(server.operator().post("/api/secrets/rotate", ""), 200);

    assertThat(rotated.get("sites").asInt()).isEqualTo(1);
    assertThat(Files.readString(master).lines().findFirst().orElseThrow())
        .isNotEqualTo(before.strip());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(master)))
        .isEqualTo("rw-------");
    assertThat(sealed()).doesNotContainAnyElementsOf(sealedBefore);
    Files.delete(session().resolve("state/seen"));
    server.kill();
    server.start();
    programSaw(SECOND);
  }

  private List<String> sealed() throws Exception {
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      return ServerDatabase.texts(
          superuser,
          "select master from site_environments union select wrapped_key::text from"
              + " site_environments union select variables->0->>'sealed' from site_environments");
    }
  }

  @Test
  @Order(5)
  void theCanariesAreNowhere() throws Exception {
    SoftAssertions nowhere = new SoftAssertions();
    Client owner = site.client();
    for (String path :
        List.of(
            "/api/status/" + site.id() + "?limit=1000",
            "/api/executions/" + site.id() + "/tests",
            "/api/executions/" + site.id() + "/receipts",
            "/api/executions/" + site.id() + "/resources",
            "/api/tenants/" + site.answer().get("user_id").asText() + "/audit",
            "/q/metrics",
            "/q/health",
            "/q/openapi")) {
      nowhere.assertThat(owner.get(path).body()).as(path).doesNotContain(hidden());
    }
    nowhere
        .assertThat(
            owner.stream("/api/status/" + site.id() + "/stream", sent -> false).stream()
                .map(sent -> sent.data().toString())
                .toList())
        .as("the stream")
        .isNotEmpty()
        .noneMatch(SecretsTest::holdsOne);
    nowhere.assertThat(server.log(100_000)).as("the log").doesNotContain(hidden());
    nowhere.assertThat(commandLines()).as("process lists").noneMatch(SecretsTest::holdsOne);
    nowhere.assertThat(printed()).as("what it printed").contains("starts with [redacted]");
    nowhere.assertThat(filesWithOne()).as("files").isEmpty();
    nowhere.assertAll();
  }

  private String printed() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> logs = Files.list(session().resolve("logs"))) {
      for (Path log : logs.toList()) {
        all.append(Files.readString(log));
      }
    }
    return all.toString();
  }

  private static String[] hidden() {
    return new String[] {CANARY, SECOND, SECOND.replace("\"", "\\\"")};
  }

  private static boolean holdsOne(String text) {
    return Stream.of(hidden()).anyMatch(text::contains);
  }

  private static List<String> commandLines() {
    List<String> all = new ArrayList<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              try {
                all.add(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
              } catch (IOException gone) {
                // ended while we looked
              }
            });
    return all;
  }

  /** The database's own files and all others, byte by byte. */
  private List<String> filesWithOne() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> tree = Files.walk(server.dataDirectory())) {
      for (Path file : tree.filter(Files::isRegularFile).toList()) {
        try {
          if (holdsOne(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))) {
            found.add(file.toString());
          }
        } catch (IOException gone) {
          // replaced while we looked
        }
      }
    }
    return found;
  }

  @Test
  @Order(6)
  void whatCannotBeSetIsRefusedWithoutBeingRepeated() {
    assertThat(put(Map.of("LD_PRELOAD", CANARY)).statusCode()).isEqualTo(400);
    assertThat(put(Map.of("PORT", "1")).statusCode()).isEqualTo(400);
    assertThat(put(Map.of("not a name", "1")).statusCode()).isEqualTo(400);
    assertThat(put(Map.of("NUMBER", 7)).statusCode()).isEqualTo(400);
    assertThat(put(Map.of()).statusCode()).isEqualTo(400);
    HttpResponse<String> tooLong = put(Map.of("LONG", CANARY.repeat(300)));
    assertThat(tooLong.statusCode()).isEqualTo(400);
    assertThat(tooLong.body()).contains("variables.LONG").doesNotContain(CANARY);
    Map<String, String> many = new java.util.HashMap<>();
    for (int i = 0; i < 64; i++) {
      many.put("V" + i, "x");
    }
    assertThat(put(many).statusCode()).as("65 with the one that is there").isEqualTo(409);
    Client.Created other = server.client().create("# Static");
    assertThat(put(other.client(), "{\"variables\":{\"A\":\"b\"}}").statusCode()).isEqualTo(404);
    HttpResponse<String> onStatic =
        other
            .client()
            .send(
                other
                    .client()
                    .request("/api/executions/" + other.id() + "/env")
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"variables\":{\"A\":\"b\"}}")));
    assertThat(onStatic.statusCode()).isEqualTo(422);
    assertThat(onStatic.body()).contains("no_environment");
  }

  @Test
  @Order(7)
  void ofADestroyedSiteNothingIsKept() throws Exception {
    site.client().delete("/api/executions/" + site.id());
    site.await(now -> now.get("status").asText().equals("destroyed"));
    assertThat(sealed()).isEmpty();
  }
}

package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** From a wish to a proved site, and through every later change. */
@ExtendWith(SharedServer.class)
class LifecycleTest {
  private static final Path EXAMPLES = Path.of("examples");

  private final ServerProcess server;
  private final Client nobody;

  LifecycleTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @Test
  void aBriefBecomesAProvedSiteAndKeepsItsUrlThroughEveryChange() throws IOException {
    Client.Created site = nobody.create(Files.readString(EXAMPLES.resolve("bakery.md")));
    JsonNode built = site.completed();
    SiteReader reader = new SiteReader(server, built.get("url").asText());

    assertThat(built.get("release").asInt()).isEqualTo(1);
    assertThat(built.get("current_step").asInt()).isEqualTo(7);
    assertThat(built.get("steps"))
        .allMatch(step -> step.get("status").asText().equals("completed"));
    assertThat(reader.get("/").status()).isEqualTo(200);
    JsonNode first = receipt(site, 1);
    assertProves(site, reader, first);
    byte[] firstBytes = reader.get("/").body();

    Path index = source(site).resolve("index.html");
    Files.writeString(
        index, Files.readString(index).replace("</body>", "<p>Fresh from the oven.</p></body>"));
    try (Visitors visitors = new Visitors(reader, 50)) {
      site.post("redeploy", "");
      JsonNode changed = site.completed();
      assertThat(changed.get("url")).isEqualTo(built.get("url"));
      assertThat(changed.get("release").asInt()).isEqualTo(2);
      assertThat(changed.get("steps").findValuesAsText("status"))
          .containsExactly(
              "skipped", "skipped", "skipped", "completed", "completed", "completed", "completed");
      assertThat(visitors.failures()).isEmpty();
    }
    assertThat(reader.text("/")).contains("Fresh from the oven.");
    JsonNode second = receipt(site, 2);
    assertProves(site, reader, second);
    assertThat(second.get("previous_release").asInt()).isEqualTo(1);
    assertThat(second.get("source_commit")).isNotEqualTo(first.get("source_commit"));

    site.post("rollback", "{\"release\":1}");
    JsonNode back = site.completed();
    assertThat(back.get("url")).isEqualTo(built.get("url"));
    assertThat(back.get("release").asInt()).isEqualTo(1);
    assertThat(reader.get("/").body()).isEqualTo(firstBytes);
    assertThat(receipt(site, 1)).isEqualTo(first);

    site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
    JsonNode gone = site.await(now -> now.get("status").asText().equals("destroyed"));
    assertThat(gone.get("url").isNull()).isTrue();
    assertThat(reader.get("/").status()).isEqualTo(404);
    assertThat(source(site)).doesNotExist();
    assertThat(receipt(site, 2)).isEqualTo(second);
    assertThat(site.client().post("/api/redeploy/" + site.id(), "").statusCode()).isEqualTo(409);
  }

  @Test
  void aDynamicSiteKeepsWhatItsVisitorsWroteThroughARedeploy() throws IOException {
    Map<String, Object> wish = Client.wish(Files.readString(dynamicExample()));
    wish.put("site_type", "dynamic");
    Client.Created site = nobody.create(wish);
    JsonNode built = site.completed();
    SiteReader reader = new SiteReader(server, built.get("url").asText());
    assertThat(reader.text("/healthz")).contains(receipt(site, 1).get("artifact_sha256").asText());

    Path page = source(site).resolve("public/index.html");
    Files.writeString(page, Files.readString(page).replace("</body>", "<p>Changed.</p></body>"));
    site.post("redeploy", "");
    site.completed();
    assertThat(reader.text("/")).contains("Changed.");
    assertThat(reader.text("/healthz")).contains(receipt(site, 2).get("artifact_sha256").asText());

    site.client().json(site.client().delete("/api/executions/" + site.id()), 202);
    site.await(now -> now.get("status").asText().equals("destroyed"));
    String id = site.answer().get("session_id").asText();
    assertThat(server.processesOfDataDirectory()).noneMatch(command -> command.contains(id));
  }

  @Test
  void aSiteWhoseRunWasCancelledIsDestroyedHoweverLongThatTakes() throws Exception {
    Map<String, Object> wish = Client.wish("# Cancelled, then gone");
    wish.put("site_type", "dynamic");
    Client.Created site = nobody.create(wish);
    site.completed();
    site.post("redeploy", "").post("cancel", "");
    assertThat(site.end().get("status").asText()).isEqualTo("cancelled");
    server.hold(site.answer().get("session_id").asText());

    site.client().json(site.client().delete("/api/executions/" + site.id()), 202);

    site.await(now -> now.get("status").asText().equals("destroyed"));
    assertThat(site.client().stream("/api/status/" + site.id() + "/stream", event -> false))
        .filteredOn(event -> event.name().equals("status"))
        .filteredOn(event -> event.data().toString().contains("\"cancelled\""))
        .as("the run, and not its site's end")
        .hasSize(1);
  }

  private static Path dynamicExample() {
    return EXAMPLES.resolve("bakery.md");
  }

  @Test
  void aReleaseThatDoesNotProveItselfMakesRoomForTheOneBefore() throws IOException {
    Client.Created site = nobody.create("# Small\n\nA small site.");
    JsonNode built = site.completed();
    SiteReader reader = new SiteReader(server, built.get("url").asText());
    byte[] good = reader.get("/").body();

    Path index = source(site).resolve("index.html");
    Files.writeString(
        index,
        Files.readString(index)
            .replace("</body>", "<a href=\"/not-there/\">Nowhere to go</a></body>"));
    site.post("redeploy", "");
    JsonNode failed = site.end();

    assertThat(failed.get("status").asText()).isEqualTo("failed");
    assertThat(failed.get("error").get("step").asText()).isEqualTo("e2e_tests");
    assertThat(failed.get("error").get("code").asText()).isEqualTo("checks_failed");
    assertThat(failed.get("error").get("message").asText()).contains("/not-there/");
    assertThat(failed.get("release").asInt()).isEqualTo(1);
    assertThat(reader.get("/").body()).isEqualTo(good);
    JsonNode report =
        site.client().json(site.client().get("/api/executions/" + site.id() + "/tests"), 200);
    assertThat(report.get("failed").asInt()).isPositive();
    assertThat(receipt(site, 2).get("checks").findValuesAsText("status")).contains("failed");
    whatTheFailedCheckSawIsThere(site, report.get("checks"));
  }

  @Test
  void aRunThatIsCancelledWhileItsReleaseIsLookedAtLeavesTheOneBefore() throws IOException {
    Client.Created site = nobody.create("# Before");
    SiteReader reader = new SiteReader(server, site.completed().get("url").asText());
    byte[] before = reader.get("/").body();
    Path index = source(site).resolve("index.html");
    Files.writeString(
        index, Files.readString(index).replace("</body>", "<p>Never proved.</p></body>"));

    site.post("redeploy", "");
    site.await(now -> now.get("current_step").asInt() >= 6);
    assertThat(reader.text("/")).contains("Never proved.");
    site.post("cancel", "");
    JsonNode end = site.end();

    assertThat(end.get("status").asText()).isEqualTo("cancelled");
    assertThat(end.get("release").asInt()).isEqualTo(1);
    assertThat(reader.get("/").body()).isEqualTo(before);
  }

  private static void whatTheFailedCheckSawIsThere(Client.Created site, JsonNode checks) {
    String picture = "/api/executions/" + site.id() + "/screenshot?check=";
    int place = 0;
    for (JsonNode check : checks) {
      place++;
      if (check.get("screenshot").isNull()) {
        assertThat(site.client().get(picture + place).statusCode()).isEqualTo(404);
      } else {
        assertThat(site.client().bytes(picture + place)).startsWith(0x89, 'P', 'N', 'G');
      }
    }
    assertThat(checks).anyMatch(check -> !check.get("screenshot").isNull());
    assertThat(site.client().get(picture + (place + 1)).statusCode()).isEqualTo(404);
    assertThat(site.client().get(picture + "0").statusCode()).isEqualTo(400);
  }

  @Test
  void statusAndStreamTellTheSameStoryAndAReconnectMissesNothing() {
    Client.Created site = nobody.create("# Story");
    String stream = site.answer().get("stream_url").asText();
    List<Client.Sent> all = site.client().stream(stream, sent -> false);
    JsonNode status =
        site.client().json(site.client().get("/api/status/" + site.id() + "?limit=1000"), 200);

    assertThat(all.getLast().name()).isEqualTo("end");
    assertThat(all.getLast().data().get("status").asText()).isEqualTo("completed");
    List<Client.Sent> events = all.subList(0, all.size() - 1);
    assertThat(events.stream().map(sent -> sent.id().orElseThrow()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events.size()).boxed().toList());
    assertThat(events.stream().map(Client.Sent::name))
        .contains("status", "step", "log", "url", "test");
    for (int i = 0; i < events.size(); i++) {
      JsonNode line = status.get("logs").get(i);
      for (String field : List.of("seq", "at", "level", "step", "stage", "message", "data")) {
        assertThat(events.get(i).data().get(field)).isEqualTo(line.get(field));
      }
    }

    long half = events.size() / 2;
    List<Client.Sent> rest =
        site.client().stream(stream, sent -> false, "Last-Event-ID", Long.toString(half));
    assertThat(rest.stream().map(Client.Sent::id).flatMap(Optional::stream))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(half + 1, events.size()).boxed().toList());

    JsonNode page =
        site.client().json(site.client().get("/api/status/" + site.id() + "?since=3&limit=4"), 200);
    assertThat(page.get("logs").findValuesAsText("seq")).containsExactly("4", "5", "6", "7");
    assertThat(page.get("next_since").asLong()).isEqualTo(7);
  }

  @Test
  void thereIsAPictureOfEveryViewport() {
    Client.Created site = nobody.create("# Picture");
    site.completed();
    for (String viewport : List.of("desktop", "phone", "thumbnail")) {
      byte[] png =
          site.client().bytes("/api/executions/" + site.id() + "/screenshot?viewport=" + viewport);
      assertThat(png).as(viewport).startsWith(new byte[] {(byte) 0x89, 'P', 'N', 'G'});
    }
  }

  @Test
  void twoHundredWishesAtOnceAreAllTaken() throws Exception {
    int many = 200;
    ConcurrentLinkedQueue<Client.Created> created = new ConcurrentLinkedQueue<>();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < many; i++) {
        executor.submit(() -> created.add(nobody.create("# Crowd")));
      }
    }
    assertThat(created).hasSize(many);
    assertThat(created.stream().map(Client.Created::id).distinct()).hasSize(many);
    assertThat(created.stream().map(site -> site.answer().get("user_id").asText()).distinct())
        .hasSize(many);
    created.stream()
        .skip(3)
        .map(site -> site.client().post("/api/cancel/" + site.id(), "").statusCode())
        .forEach(status -> assertThat(status).as("409: it has ended").isIn(202, 409));
    for (Client.Created site : created.stream().limit(3).toList()) {
      site.completed();
      assertThat(Files.readString(source(site).resolveSibling("deployment/config.json")))
          .contains(site.id());
    }
    assertThat(created.stream().skip(3).map(site -> site.end().get("status").asText()).toList())
        .isSubsetOf("cancelled", "completed");
  }

  private JsonNode receipt(Client.Created site, int release) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/receipts/" + release), 200);
  }

  /** What a stranger can do with a receipt. */
  private void assertProves(Client.Created site, SiteReader reader, JsonNode receipt)
      throws IOException {
    ObjectNode unsealed = receipt.deepCopy();
    unsealed.remove("receipt_sha256");
    assertThat(sha256(canonical(unsealed).getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(receipt.get("receipt_sha256").asText());
    assertThat(receipt.get("checks").findValuesAsText("status"))
        .isNotEmpty()
        .containsOnly("passed");
    assertThat(receipt.get("resources").get(0).get("tags")).hasSize(9);

    TreeMap<String, String> served = new TreeMap<>();
    for (String path : reader.paths(source(site))) {
      served.put(path, sha256(reader.get("/" + path).body()));
    }
    StringBuilder list = new StringBuilder();
    served.forEach((path, digest) -> list.append(path).append('\t').append(digest).append('\n'));
    assertThat(sha256(list.toString().getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(receipt.get("artifact_sha256").asText());
    assertThat(receipt.get("files").asInt()).isEqualTo(served.size());

    for (JsonNode picture : receipt.get("screenshots")) {
      byte[] png =
          site.client()
              .bytes(
                  "/api/executions/%s/screenshot?run=%d&viewport=%s"
                      .formatted(
                          site.id(), receipt.get("run").asInt(), picture.get("viewport").asText()));
      assertThat(sha256(png)).isEqualTo(picture.get("sha256").asText());
    }
  }

  private static String canonical(JsonNode node) {
    if (node.isObject()) {
      TreeMap<String, String> members = new TreeMap<>();
      node.properties()
          .forEach(
              member -> members.put(Client.text(member.getKey()), canonical(member.getValue())));
      return "{"
          + String.join(
              ",", members.entrySet().stream().map(e -> e.getKey() + ":" + e.getValue()).toList())
          + "}";
    }
    if (node.isArray()) {
      return "["
          + String.join(",", node.valueStream().map(LifecycleTest::canonical).toList())
          + "]";
    }
    return node.toString();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private Path source(Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users")
        .resolve(site.answer().get("user_id").asText())
        .resolve("sessions")
        .resolve(site.answer().get("session_id").asText())
        .resolve("source");
  }

  /** People who look at the site all the time. */
  private static final class Visitors implements AutoCloseable {
    private final ScheduledExecutorService schedule = Executors.newScheduledThreadPool(4);
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

    Visitors(SiteReader reader, int perSecond) {
      long pause = 1_000_000L / perSecond;
      schedule.scheduleAtFixedRate(() -> visit(reader), 0, pause, TimeUnit.MICROSECONDS);
    }

    private void visit(SiteReader reader) {
      try {
        SiteReader.Answer answer = reader.get("/");
        if (answer.status() != 200
            || !new String(answer.body(), StandardCharsets.UTF_8).contains("</html>")) {
          failures.add("status " + answer.status());
        }
      } catch (RuntimeException failed) {
        failures.add(failed.toString());
      }
    }

    ConcurrentLinkedQueue<String> failures() {
      return failures;
    }

    @Override
    public void close() {
      schedule.shutdownNow();
    }
  }
}

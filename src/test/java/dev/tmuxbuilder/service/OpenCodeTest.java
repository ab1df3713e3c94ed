package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real OpenCode, with a model that follows a script: a server for each user, in a pool. */
class OpenCodeTest {
  private static final String KEY = "k" + UUID.randomUUID();
  private static final String BRIEF = "# Bread and salt\n\nA small bakery.";
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final byte[] PHOTO = FilesTest.picture();

  private static @TempDir Path folder;
  private static final FakeMessages MODEL = new FakeMessages();
  private static ServerProcess server;

  @BeforeAll
  static void start() {
    server =
        new ServerProcess(folder.resolve("data"))
            .with("ANTHROPIC_BASE_URL", MODEL.url())
            .with("ANTHROPIC_API_KEY", KEY)
            .with("TMUXBUILDER_GATEWAY_ATTEMPTS", "1")
            .with("TMUXBUILDER_RUNS_ATTEMPTS", "2")
            .with("TMUXBUILDER_OPENCODE_SILENCE", "20s")
            .with("TMUXBUILDER_OPENCODE_BASE_PORT", Integer.toString(Ports.free()))
            .with(
                "TMUXBUILDER_OPENCODE_NODE_MODULES",
                Path.of("src/main/node/opencode/node_modules").toAbsolutePath().toString())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
    MODEL.close();
    assertThat(server.processesOfDataDirectory()).isEmpty();
  }

  private static Client.Created create(Reply... script) {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish(BRIEF));
    wish.put("agent", "opencode");
    Client.Created site = server.client().create(wish);
    MODEL.script(session(site), script);
    return site;
  }

  private static String session(Client.Created site) {
    return site.answer().get("session_id").asText();
  }

  private static String user(Client.Created site) {
    return site.answer().get("user_id").asText();
  }

  private static String page(String text) {
    return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Bread and salt</title>
        <meta name="description" content="A small bakery with good bread.">
        <link rel="icon" href="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
        </head>
        <body><main><h1>Bread and salt</h1><p>A small bakery.</p><p>%s</p></main></body>
        </html>
        """
        .formatted(text);
  }

  private static Reply write(String path, String content) {
    return new Reply.Use("write", Map.of("filePath", path, "content", content));
  }

  private static Client.Created building(String text) {
    return create(write("source/index.html", page(text)), new Reply.Say("Made."));
  }

  private static void say(Client.Created site, String message) {
    site.client()
        .json(
            site.client().post("/api/chat/" + site.id(), Client.text(Map.of("message", message))),
            202);
  }

  /** A site whose brief comes with a picture. */
  private static Client.Created createWithPicture() {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish(BRIEF));
    wish.put("agent", "opencode");
    Client anybody = server.client();
    JsonNode told =
        anybody.json(
            anybody.send(
                Multipart.of(wish).file("loaf.png", PHOTO).to(anybody.request("/api/create-user"))),
            202);
    return new Client.Created(anybody.as(told.get("access_token").asText()), told);
  }

  private static Reply place(String file, String path) {
    return new Reply.Use("tmux-builder_place_file", Map.of("file", file, "path", path));
  }

  @Test
  void aBriefBecomesASiteAndFiveWordsChangeItAtTheSameUrl() throws IOException {
    Client.Created site = createWithPicture();
    MODEL.script(
        session(site),
        place("files/brief/loaf.png", "loaf.png"),
        write("source/index.html", page("First.")),
        new Reply.Say("Made."));
    JsonNode built = site.completed();
    SiteReader reader = new SiteReader(server, built.get("url").asText());
    assertThat(reader.text("/")).contains("First.");
    assertThat(reader.get("/loaf.png").body()).isEqualTo(PHOTO);

    for (int change = 1; change <= 5; change++) {
      String message = "/change \u001b[2J $(id) it to " + change;
      Reply first = new Reply.Use("read", Map.of("filePath", "source/index.html"));
      MODEL.waitForScript(session(site));
      if (change == 3) {
        HttpResponse<String> said =
            site.client()
                .send(
                    Multipart.of(Map.of("message", message))
                        .file("roll.png", PHOTO)
                        .to(site.client().request("/api/chat/" + site.id())));
        String id = site.client().json(said, 202).get("message_id").asText();
        first = place("files/" + id + "/roll.png", "roll.png");
      } else {
        say(site, message);
      }
      MODEL.script(
          session(site),
          first,
          write("source/index.html", page("Change " + change + ".")),
          new Reply.Say("I changed it to " + change + "."));
      JsonNode changed = site.completed();
      assertThat(changed.get("url")).isEqualTo(built.get("url"));
      assertThat(changed.get("release").asInt()).isEqualTo(change + 1);
      assertThat(reader.text("/")).contains("Change " + change + ".");
      assertThat(MODEL.requests(session(site)).getLast().findValuesAsText("text"))
          .as("to the byte, and in one conversation")
          .contains(message, "Made.");
    }

    assertThat(reader.get("/roll.png").body()).isEqualTo(PHOTO);
    JsonNode history =
        site.client().json(site.client().get("/api/chat/" + site.id()), 200).get("messages");
    assertThat(history.findValuesAsText("role"))
        .containsExactly(
            "user", "agent", "user", "agent", "user", "agent", "user", "agent", "user", "agent");
    assertThat(history.get(4).get("files").findValuesAsText("name")).containsExactly("roll.png");
    assertThat(history.get(9).get("text").asText()).isEqualTo("I changed it to 5.");
    assertThat(
            site.client().stream(
                site.answer().get("stream_url").asText() + "?since=0", sent -> false))
        .filteredOn(sent -> sent.name().equals("agent"))
        .extracting(sent -> sent.data().path("data").path("type").asText())
        .contains("text", "tool_use", "tool_result", "file_change", "usage", "answer");
    assertThat(MODEL.requests(session(site)).getFirst().toString())
        .as("the job and the skills are seen")
        .contains("How it is judged", "done-means-proved");
    assertTheKeyIsNowhere();
  }

  private static void assertTheKeyIsNowhere() throws IOException {
    for (String tree : List.of("users", "agents")) {
      try (Stream<Path> files = Files.walk(server.dataDirectory().resolve(tree))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
              .as(file.toString())
              .doesNotContain(KEY);
        }
      }
    }
  }

  @Test
  void whatIsSaidIsNoProofAndEachEndHasItsName() {
    Map<Client.Created, String> ends = new LinkedHashMap<>();
    ends.put(create(new Reply.Say("Done! The site is complete.")), "nothing_generated");
    ends.put(create(new Reply.Refuse(401, "authentication_error")), "agent_login_refused");
    ends.put(create(refusals(429, "rate_limit_error")), "agent_rate_limited");
    ends.put(create(refusals(500, "api_error")), "agent_model_unavailable");
    ends.put(create(refusals(529, "overloaded_error")), "agent_model_unavailable");
    Reply silence = new Reply.Hold(new CountDownLatch(1), new Reply.Say("Too late."));
    ends.put(create(silence, silence), "agent_hung");
    Reply costly =
        new Reply.Costly(2_000_000, new Reply.Use("read", Map.of("filePath", "CLAUDE.md")));
    ends.put(create(costly, costly, costly, costly), "agent_budget_spent");
    ends.put(
        create(
            write("deployment/execution.json", "{\"status\":\"completed\"}"),
            write("source/.git/config", "[core]\n\tfsmonitor = false\n"),
            new Reply.Say("status: completed")),
        "nothing_generated");
    ends.put(
        create(write("source/index.html", "<h1>Bread and salt</h1><script>throw 1</script>")),
        "checks_failed");

    ends.forEach(
        (site, code) -> {
          JsonNode end = site.end();
          assertThat(end.get("status").asText()).as(code).isEqualTo("failed");
          assertThat(end.get("error").get("code").asText()).isEqualTo(code);
        });
  }

  private static Reply[] refusals(int status, String type) {
    return IntStream.range(0, 10)
        .mapToObj(each -> new Reply.Refuse(status, type))
        .toArray(Reply[]::new);
  }

  @Test
  void aServerThatDiesAndAServiceThatDiesLoseNoConversation() {
    CountDownLatch never = new CountDownLatch(1);
    Client.Created site =
        create(
            write("source/index.html", page("Before.")),
            new Reply.Hold(never, new Reply.Say("Lost.")),
            new Reply.Hold(never, new Reply.Say("Lost again.")),
            write("source/about.txt", "After."),
            new Reply.Say("Made."));
    awaitRequests(site, 2);
    long first = serverOf(site);
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    awaitRequests(site, 3);
    long second = serverOf(site);

    server.kill();
    server.start();

    assertThat(site.completed().get("release").asInt()).isEqualTo(1);
    assertThat(List.of(first, second))
        .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
    assertThat(site.client().get("/api/status/" + site.id() + "?limit=1000").body())
        .contains("OpenCode was lost");
    assertThat(MODEL.requests(session(site)).getLast().toString())
        .contains("You were interrupted", "Before.");
    assertThat(MODEL.requests(session(site)))
        .as("the task was given once")
        .filteredOn(request -> request.get("messages").size() == 1)
        .hasSize(1);
    never.countDown();
  }

  private static void awaitRequests(Client.Created site, int number) {
    Awaitility.await("the agent is at work")
        .atMost(PATIENCE)
        .until(() -> MODEL.requests(session(site)).size() == number);
  }

  /** The user's server, as it is noted. */
  private static long serverOf(Client.Created site) {
    try {
      return Client.tree(
              Files.readString(
                  server
                      .dataDirectory()
                      .resolve("agents/opencode")
                      .resolve(user(site))
                      .resolve("server.json")))
          .get("pid")
          .asLong();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }
}

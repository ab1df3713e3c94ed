package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
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

  @Test
  void aBriefBecomesASiteAndWordsChangeItAtTheSameUrl() throws IOException {
    Client.Created site = building("First.");
    JsonNode built = site.completed();
    SiteReader reader = new SiteReader(server, built.get("url").asText());
    assertThat(reader.text("/")).contains("First.");

    for (int change = 1; change <= 2; change++) {
      MODEL.script(
          session(site),
          new Reply.Use("read", Map.of("filePath", "source/index.html")),
          write("source/index.html", page("Change " + change + ".")),
          new Reply.Say("I changed it to " + change + "."));
      String message = "/change \u001b[2J $(id) it to " + change;
      say(site, message);
      JsonNode changed = site.completed();
      assertThat(changed.get("url")).isEqualTo(built.get("url"));
      assertThat(changed.get("release").asInt()).isEqualTo(change + 1);
      assertThat(reader.text("/")).contains("Change " + change + ".");
      assertThat(MODEL.requests(session(site)).getLast().findValuesAsText("text"))
          .as("to the byte, and in one conversation")
          .contains(message, "Made.");
    }

    JsonNode history =
        site.client().json(site.client().get("/api/chat/" + site.id()), 200).get("messages");
    assertThat(history.findValuesAsText("role")).containsExactly("user", "agent", "user", "agent");
    assertThat(history.get(3).get("text").asText()).isEqualTo("I changed it to 2.");
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
    Map<String, Client.Created> sites = new LinkedHashMap<>();
    sites.put("nothing_generated", create(new Reply.Say("Done! The site is complete.")));
    sites.put("agent_login_refused", create(new Reply.Refuse(401, "authentication_error")));
    sites.put("agent_rate_limited", create(refusals(429, "rate_limit_error")));
    sites.put("agent_model_unavailable", create(refusals(529, "overloaded_error")));
    Reply silence = new Reply.Hold(new CountDownLatch(1), new Reply.Say("Too late."));
    sites.put("agent_hung", create(silence, silence));
    Client.Created forger =
        create(
            write("deployment/execution.json", "{\"status\":\"completed\"}"),
            write("source/.git/config", "[core]\n\tfsmonitor = false\n"),
            new Reply.Say("status: completed"));

    sites.forEach(
        (code, site) -> {
          JsonNode end = site.end();
          assertThat(end.get("status").asText()).as(code).isEqualTo("failed");
          assertThat(end.get("error").get("code").asText()).isEqualTo(code);
        });
    assertThat(forger.end().get("error").get("code").asText()).isEqualTo("nothing_generated");
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

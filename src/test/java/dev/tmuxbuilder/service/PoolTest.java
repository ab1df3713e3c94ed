package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.Leftovers;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** OpenCode's servers: few for many users, and each for its own user alone. */
@TestMethodOrder(MethodOrderer.MethodName.class)
class PoolTest {
  private static final int MOST = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static @TempDir Path folder;
  private static final FakeMessages MODEL = new FakeMessages();
  private static ServerProcess server;

  @BeforeAll
  static void start() {
    server =
        new ServerProcess(folder.resolve("data"))
            .with("ANTHROPIC_BASE_URL", MODEL.url())
            .with("ANTHROPIC_API_KEY", "k" + UUID.randomUUID())
            .with("TMUXBUILDER_RUNS_ATTEMPTS", "1")
            .with("TMUXBUILDER_RUNS_CONCURRENT", "12")
            .with("TMUXBUILDER_RUNS_AGENTS", "12")
            .with("TMUXBUILDER_OPENCODE_MAX", Integer.toString(MOST))
            .with("TMUXBUILDER_OPENCODE_IDLE", "2s")
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

  /** A site whose agent says that it is done and has made nothing, so that its run soon ends. */
  private static Client.Created create(Reply... script) {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish("# Bread"));
    wish.put("agent", "opencode");
    Client.Created site = server.client().create(wish);
    MODEL.script(session(site), script);
    return site;
  }

  private static String session(Client.Created site) {
    return site.answer().get("session_id").asText();
  }

  private static JsonNode pool() {
    Client operator = server.operator();
    return operator.json(operator.get("/api/pool"), 200);
  }

  private static List<String> states() {
    return pool().get("servers").findValuesAsText("state");
  }

  private static long there() {
    return states().stream().filter(state -> !List.of("stopped", "error").contains(state)).count();
  }

  private static void awaitAsked(Client.Created site, int times) {
    Awaitility.await("the agent is at work")
        .atMost(PATIENCE)
        .until(() -> MODEL.requests(session(site)).size() == times);
  }

  @Test
  void aMoreUsersThanServersWaitAndNoneIsDisturbed() {
    CountDownLatch held = new CountDownLatch(1);
    Reply hold = new Reply.Hold(held, new Reply.Say("Nothing."));
    Client.Created first = create(hold, hold);
    Client.Created second = create(hold);
    awaitAsked(first, 1);
    awaitAsked(second, 1);
    kill(first); // its run goes on with another server; the other user's does not notice
    awaitAsked(first, 2);
    List<Client.Created> others =
        IntStream.range(0, 4).mapToObj(each -> create(new Reply.Say("Nothing."))).toList();

    Awaitility.await("the others wait")
        .atMost(PATIENCE)
        .until(() -> pool().get("waiting").asInt() == others.size());
    assertThat(there()).isLessThanOrEqualTo(MOST);
    Awaitility.await("well beyond what an idle one has")
        .pollDelay(Duration.ofSeconds(4))
        .atMost(PATIENCE)
        .until(() -> server(second).get("turns").asInt() == 1);
    held.countDown();

    List<Client.Created> all = new ArrayList<>(others);
    all.addAll(List.of(first, second));
    for (Client.Created site : all) {
      JsonNode end =
          site.await(
              now -> {
                assertThat(there()).isLessThanOrEqualTo(MOST);
                return !List.of("pending", "running").contains(now.get("status").asText());
              });
      assertThat(end.get("error").get("code").asText()).isEqualTo("nothing_generated");
    }
    assertThat(log(first)).contains("OpenCode was lost");
    assertThat(log(second)).doesNotContain("OpenCode was lost");
    Awaitility.await("idle ones are stopped").atMost(PATIENCE).until(() -> there() == 0);
    assertThat(pool().get("started").asInt()).isEqualTo(7);
    assertThat(pool().get("failed").asInt()).isEqualTo(1);
  }

  private static String log(Client.Created site) {
    return site.client().get("/api/status/" + site.id() + "?limit=1000").body();
  }

  private static JsonNode server(Client.Created site) {
    for (JsonNode each : pool().get("servers")) {
      if (each.get("user_id").asText().equals(site.answer().get("user_id").asText())) {
        return each;
      }
    }
    throw new AssertionError("no server of " + site.id());
  }

  private static void kill(Client.Created site) {
    Path note =
        server
            .dataDirectory()
            .resolve("agents/opencode")
            .resolve(site.answer().get("user_id").asText())
            .resolve("server.json");
    try {
      long pid = Client.tree(Files.readString(note)).get("pid").asLong();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
    } catch (IOException none) {
      throw new AssertionError(none);
    }
  }

  @Test
  void bAUsersOwnClientsReachTheUsersOwnServer() throws Exception {
    Client.Created site = create(new Reply.Say("Nothing."));
    site.end();
    Client user = site.client();
    String directory = "?directory=" + session(site);

    JsonNode sessions = user.json(user.get("/api/opencode/session" + directory), 200);
    assertThat(sessions.findValuesAsText("title")).containsExactly(site.id());
    String conversation = sessions.get(0).get("id").asText();
    JsonNode messages =
        user.json(user.get("/api/opencode/session/" + conversation + "/message" + directory), 200);
    assertThat(messages.toString()).contains("Make the site now", "Nothing.");

    // OpenCode's own clients send a password.
    String basic =
        Base64.getEncoder()
            .encodeToString(
                ("opencode:" + site.answer().get("access_token").asText())
                    .getBytes(StandardCharsets.UTF_8));
    HttpResponse<InputStream> events =
        HttpClient.newHttpClient()
            .send(
                server
                    .client()
                    .request("/api/opencode/event" + directory)
                    .header("Authorization", "Basic " + basic)
                    .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    assertThat(events.statusCode()).isEqualTo(200);
    assertThat(events.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(events.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).contains("server.connected");
      String begun =
          user.json(user.post("/api/opencode/session" + directory, "{\"title\":\"Mine\"}"), 200)
              .get("id")
              .asText();
      assertThat(lines.lines().filter(line -> line.contains("session.created")).findFirst())
          .hasValueSatisfying(line -> assertThat(line).contains(begun));
      assertThat(server(site).get("guests").asInt()).isEqualTo(1);
      String shell =
          user.post(
                  "/api/opencode/session/" + begun + "/shell" + directory,
                  "{\"agent\":\"build\",\"command\":\"cat "
                      + server.dataDirectory()
                      + "/operator.token; ls "
                      + server.dataDirectory()
                      + "/users; id -u\"}")
              .body();
      assertThat(shell)
          .as("what runs in there sees its user's folders alone")
          .doesNotContain(
              Files.readString(server.dataDirectory().resolve("operator.token")).strip())
          .contains("No such file");
    }

    Client other = server.client().create("# Other").client();
    assertThat(other.get("/api/opencode/session" + directory).statusCode()).isEqualTo(404);
    assertThat(server.operator().get("/api/opencode/session").statusCode()).isEqualTo(403);
    assertThat(server.client().get("/api/opencode/session").statusCode()).isEqualTo(401);
    assertThat(user.get("/api/pool").statusCode()).isEqualTo(403);
  }

  @Test
  void cStartsAndStopsLeaveNothing() throws IOException {
    List<Client.Created> users =
        IntStream.range(0, 3).mapToObj(each -> create(new Reply.Say("Nothing."))).toList();
    users.forEach(Client.Created::end);
    Awaitility.await("idle ones are stopped").atMost(PATIENCE).until(() -> there() == 0);
    int startedBefore = pool().get("started").asInt();
    long handlesBefore = handles();

    try (Leftovers leftovers = new Leftovers(server.dataDirectory().resolve("agents"))) {
      for (int cycle = 0; cycle < 2; cycle++) {
        for (Client.Created user : users) {
          assertThat(user.client().get("/api/opencode/global/health").statusCode()).isEqualTo(200);
        }
        Awaitility.await("idle ones are stopped").atMost(PATIENCE).until(() -> there() == 0);
      }
      assertThat(leftovers.commands()).anyMatch(command -> command.contains(" serve "));
      leftovers.assertNone(); // nor a zombie
    }

    assertThat(pool().get("started").asInt()).isEqualTo(startedBefore + 6);
    for (JsonNode ended : pool().get("servers")) {
      try (ServerSocket free = new ServerSocket(ended.get("port").asInt())) {
        assertThat(free.isBound()).isTrue();
      }
    }
    Awaitility.await("no handle is left")
        .atMost(Duration.ofSeconds(30))
        .until(() -> handles() <= handlesBefore + 4);
  }

  private static long handles() throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + server.pid() + "/fd"))) {
      return all.count();
    }
  }
}

package dev.tmuxbuilder.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.gateway.AgentAtWork;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent's calls of the product's own verbs, as the protocol has them on the wire. */
class VerbsTest {
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 0, 1, 2, 3};

  private static ServerProcess server;

  private AgentAtWork agent;
  private String connection;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    server =
        new ServerProcess(Files.createTempDirectory(folder, "mcp").resolve("data"))
            .with("TMUXBUILDER_MCP_CALLS_PER_MINUTE", "30")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void begin() throws Exception {
    connect(AgentAtWork.begin(server));
  }

  private void connect(AgentAtWork other) throws Exception {
    agent = other;
    HttpResponse<String> answer =
        send(
            agent,
            "",
            Map.of(
                "jsonrpc",
                "2.0",
                "id",
                1,
                "method",
                "initialize",
                "params",
                Map.of(
                    "protocolVersion",
                    "2025-03-26",
                    "capabilities",
                    Map.of(),
                    "clientInfo",
                    Map.of("name", "test", "version", "1"))));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    connection = answer.headers().firstValue("mcp-session-id").orElseThrow();
    send(agent, connection, Map.of("jsonrpc", "2.0", "method", "notifications/initialized"));
  }

  private static HttpResponse<String> send(
      AgentAtWork as, String connection, Map<String, Object> message) throws Exception {
    HttpRequest.Builder request =
        as.request("/mcp").header("Accept", "application/json, text/event-stream");
    if (!connection.isEmpty()) {
      request.header("mcp-session-id", connection);
    }
    return HTTP.send(
        request.POST(HttpRequest.BodyPublishers.ofString(Client.text(message))).build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> ask(AgentAtWork as, String method, Map<String, Object> parameters)
      throws Exception {
    return send(
        as, connection, Map.of("jsonrpc", "2.0", "id", 2, "method", method, "params", parameters));
  }

  private JsonNode call(String verb, Map<String, Object> arguments) throws Exception {
    HttpResponse<String> answer =
        ask(agent, "tools/call", Map.of("name", verb, "arguments", arguments));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return result(answer.body());
  }

  /** An answer is JSON, or one event of a stream. */
  private static JsonNode result(String body) {
    String json =
        body.lines()
            .filter(line -> line.startsWith("data:"))
            .map(line -> line.substring(5).strip())
            .reduce((first, last) -> last)
            .orElse(body);
    JsonNode result = Client.tree(json).get("result");
    assertThat(result).as(body).isNotNull();
    return result;
  }

  private static String text(JsonNode result) {
    assertThat(result.path("isError").asBoolean(true)).as(result.toString()).isFalse();
    return result.at("/content/0/text").asText();
  }

  @Test
  void theVerbsAreTheseAndNoOther() throws Exception {
    JsonNode listed = result(ask(agent, "tools/list", Map.of()).body());
    List<String> names = new ArrayList<>();
    listed.get("tools").forEach(tool -> names.add(tool.get("name").asText()));
    assertThat(names)
        .containsExactlyInAnyOrder(
            "report_progress",
            "ask_user",
            "deploy",
            "place_file",
            "run_checks",
            "screenshot",
            "get_logs",
            "get_status",
            "list_skills",
            "read_skill");
  }

  @Test
  void whatAnAgentSaysAndDoesIsInTheJournalOfItsOwnExecution() throws Exception {
    connect(AgentAtWork.afterBuild(server));
    text(call("report_progress", Map.of("message", "Colours are\nchosen")));
    text(call("ask_user", Map.of("question", "Which town?")));
    text(call("deploy", Map.of()));
    List<JsonNode> lines = agent.journal("tool");
    assertThat(lines)
        .extracting(line -> line.at("/data/tool").asText() + ": " + line.get("message").asText())
        .containsExactly(
            "report_progress: Colours are chosen",
            "ask_user: Which town?",
            "deploy: The agent wants its work to be published");
    assertThat(text(call("get_logs", Map.of("lines", 5)))).contains("Which town?");
    JsonNode status = Client.tree(text(call("get_status", Map.of())));
    assertThat(status.get("execution_id").asText()).isEqualTo(agent.site().id());
    JsonNode checks = Client.tree(text(call("run_checks", Map.of())));
    assertThat(checks.get("passed").asInt()).isPositive();
    JsonNode picture = call("screenshot", Map.of()).at("/content/0");
    assertThat(picture.get("mimeType").asText()).isEqualTo("image/png");
    byte[] png = Base64.getDecoder().decode(picture.get("data").asText());
    assertThat(png).startsWith(0x89, 'P', 'N', 'G');
  }

  @Test
  void skillsAreThoseOfTheSessionAndNoLinkLeadsOutOfIt() throws Exception {
    Path skills = workspace().resolve(".claude/skills");
    Files.createDirectories(skills.resolve("colours"));
    Files.writeString(
        skills.resolve("colours/SKILL.md"), "---\ndescription: How to choose\n---\nChoose.\n");
    Files.createDirectories(skills.resolve("leak"));
    Files.createSymbolicLink(
        skills.resolve("leak/SKILL.md"), server.dataDirectory().resolve("operator.token"));
    Files.createSymbolicLink(skills.resolve("away"), server.dataDirectory());
    JsonNode listed = Client.tree(text(call("list_skills", Map.of())));
    assertThat(listed).hasSize(1);
    assertThat(listed.get(0).get("description").asText()).isEqualTo("How to choose");
    assertThat(text(call("read_skill", Map.of("name", "colours")))).contains("Choose.");
    for (String name : List.of("leak", "away", "../../deployment", "..", "none")) {
      assertThat(call("read_skill", Map.of("name", name)).path("isError").asBoolean())
          .as(name)
          .isTrue();
    }
  }

  @Test
  void aFileIsPlacedInSourceAndNowhereElse() throws Exception {
    Path source = workspace().resolve("source");
    String file = "files/brief/logo.png";
    agent.sent("logo.png", "image/png", PNG);
    Files.createDirectories(source.resolve("shelf.png"));
    Files.createSymbolicLink(source.resolve("away"), server.dataDirectory());
    Files.createSymbolicLink(source.resolve("link.png"), workspace().resolve("brief.png"));
    for (String path :
        List.of(
            "../brief.png",
            "pictures/../../brief.png",
            "/brief.png",
            ".git/brief.png",
            ".hidden.png",
            "away/brief.png",
            "link.png",
            "shelf.png",
            "a//b.png",
            "a\b.png",
            "a\0b.png",
            "logo.html")) {
      assertThat(call("place_file", Map.of("file", file, "path", path)).path("isError").asBoolean())
          .as(path)
          .isTrue();
    }
    for (String other : List.of("brief.md", "files/brief/none.png", "../operator.png")) {
      JsonNode refused = call("place_file", Map.of("file", other, "path", "a." + other.charAt(0)));
      assertThat(refused.path("isError").asBoolean()).as(other).isTrue();
    }
    assertThat(workspace().resolve("brief.png")).doesNotExist();
    assertThat(server.dataDirectory().resolve("brief.png")).doesNotExist();

    text(call("place_file", Map.of("file", file, "path", "pictures/logo.png")));
    assertThat(source.resolve("pictures/logo.png")).hasBinaryContent(PNG);
  }

  private Path workspace() {
    String id = agent.site().id();
    return server
        .dataDirectory()
        .resolve("users/" + id.substring(0, 36) + "/sessions/" + id.substring(37));
  }

  @Test
  void nobodyElseGetsInAndNobodyCallsTooOften() throws Exception {
    AgentAtWork guess = new AgentAtWork(server, agent.site(), "tba_guess");
    assertThat(ask(guess, "tools/list", Map.of()).statusCode()).isEqualTo(401);
    AgentAtWork other = AgentAtWork.begin(server);
    JsonNode status =
        Client.tree(
            text(
                result(
                    ask(other, "tools/call", Map.of("name", "get_status", "arguments", Map.of()))
                        .body())));
    assertThat(status.get("execution_id").asText()).isEqualTo(other.site().id());
    other.set("completed");
    assertThat(ask(other, "tools/list", Map.of()).statusCode()).isEqualTo(401);
    List<Integer> answers = new ArrayList<>();
    for (int i = 0; i < 35; i++) {
      answers.add(ask(agent, "tools/list", Map.of()).statusCode());
    }
    assertThat(answers).contains(200).endsWith(429);
  }
}

package dev.tmuxbuilder.gateway;

import static dev.tmuxbuilder.gateway.ModelStandIn.busy;
import static dev.tmuxbuilder.gateway.ModelStandIn.event;
import static dev.tmuxbuilder.gateway.ModelStandIn.json;
import static dev.tmuxbuilder.gateway.ModelStandIn.stream;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Agents' calls through the gateway of a running service to a provider that is scripted. */
class GatewayTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String KEY = "canary-" + UUID.randomUUID();
  private static final String OTHER_KEY = "canary-" + UUID.randomUUID();
  private static final String CALL =
      "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":10,\"stream\":true,\"messages\":[]}";
  private static final String START =
      "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-4-5\",\"usage\":"
          + "{\"input_tokens\":1000,\"cache_read_input_tokens\":500,"
          + "\"cache_creation_input_tokens\":100,\"output_tokens\":1}}}";
  private static final String DELTA =
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
          + "\"usage\":{\"output_tokens\":200}}";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ModelStandIn models;
  private static ServerProcess server;

  private AgentAtWork agent;

  private static HttpRequest call(AgentAtWork agent, String path, String body) {
    return agent
        .request("/gateway/" + agent.site().id() + path)
        .header("anthropic-version", "2023-06-01")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> ask(AgentAtWork agent, String path, String body)
      throws Exception {
    return HTTP.send(call(agent, path, body), BodyHandlers.ofString());
  }

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    models = new ModelStandIn();
    server =
        new ServerProcess(Files.createTempDirectory(folder, "gateway").resolve("data"))
            .with("ANTHROPIC_BASE_URL", models.address() + "/behind")
            .with("ANTHROPIC_API_KEY", KEY)
            .with("TMUXBUILDER_GATEWAY_OPENAI_BASE_URL", models.address() + "/local/v1")
            .with("TMUXBUILDER_GATEWAY_OPENAI_KEY", OTHER_KEY)
            .with("TMUXBUILDER_GATEWAY_LONGEST_PAUSE", "2s")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
    models.close();
  }

  @BeforeEach
  void open() throws Exception {
    models.clear();
    agent = AgentAtWork.begin(server);
  }

  @Test
  void aStreamGoesThroughAsItComesAndIsMetered() throws Exception {
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    models.then(
        (call, exchange) -> {
          OutputStream out = stream(exchange);
          event(out, "message_start", START);
          goOn.orTimeout(15, TimeUnit.SECONDS).join();
          event(out, "message_delta", DELTA);
          event(out, "message_stop", "{\"type\":\"message_stop\"}");
        });
    HttpResponse<InputStream> answer =
        HTTP.send(call(agent, "/v1/messages?beta=true", CALL), BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("event: message_start"); // while the rest is held back
      goOn.complete(null);
      assertThat(lines.lines().toList()).contains("data: " + START, "data: " + DELTA);
    }
    assertThat(models.asked().getFirst().path()).isEqualTo("/behind/v1/messages?beta=true");
    assertThat(models.asked().getFirst().body()).isEqualTo(CALL);
    // 1000 × 3 + 200 × 15 + 500 × 0.3 + 100 × 3.75
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(agent.usage())
                    .containsExactly("anthropic claude-sonnet-4-5 1 1000 200 500 100 6525"));
    JsonNode line = agent.journal("model").getLast();
    assertThat(line.at("/data/output_tokens").asLong()).isEqualTo(200);
    assertThat(line.at("/data/cost_usd").asDouble()).isEqualTo(0.006525);
    assertThat(server.operator().get("/q/metrics").body())
        .contains("tmuxbuilder_gateway_tokens_total{kind=\"output\",provider=\"anthropic\"}");
  }

  @Test
  void theKeyIsAddedHereAndIsSeenNowhereElse() throws Exception {
    models.then(json("{\"model\":\"claude-sonnet-4-5\",\"usage\":{\"input_tokens\":1}}"));
    HttpResponse<String> answer = ask(agent, "/v1/messages", CALL);
    assertThat(answer.statusCode()).isEqualTo(200);
    ModelStandIn.Asked asked = models.asked().getFirst();
    assertThat(asked.headers()).containsEntry("x-api-key", KEY).doesNotContainKey("authorization");
    assertThat(asked.headers().values()).noneMatch(value -> value.contains(agent.token()));
    assertThat(asked.headers()).containsEntry("anthropic-version", "2023-06-01");
    assertThat(answer.body() + answer.headers().map()).doesNotContain(KEY);
    assertThat(server.log(10_000)).doesNotContain(KEY).doesNotContain(agent.token());
    assertThat(agent.site().client().get("/api/status/" + agent.site().id()).body())
        .doesNotContain(KEY);
    Files.walkFileTree(
        server.dataDirectory().resolve("users"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            try {
              assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                  .as(file.toString())
                  .doesNotContain(KEY);
            } catch (NoSuchFileException replaced) {
              // the service is at work there
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }
        });
  }

  @Test
  void aTokenOpensItsOwnExecutionAndOnlyWhileARunGoesOn() throws Exception {
    models.otherwise(json("{}"));
    AgentAtWork other = AgentAtWork.begin(server);
    assertThat(ask(agent, "/v1/messages", CALL).statusCode()).isEqualTo(200);
    assertThat(
            ask(new AgentAtWork(server, other.site(), agent.token()), "/v1/messages", CALL)
                .statusCode())
        .isEqualTo(401);
    assertThat(
            ask(new AgentAtWork(server, agent.site(), "tba_guess"), "/v1/messages", CALL)
                .statusCode())
        .isEqualTo(401);
    agent.set("completed");
    HttpResponse<String> late = ask(agent, "/v1/messages", CALL);
    assertThat(late.statusCode()).isEqualTo(401);
    assertThat(Client.tree(late.body()).at("/error/type").asText())
        .isEqualTo("authentication_error");
    assertThat(models.asked()).hasSize(1);
  }

  @Test
  void whatTheProviderHasNoTimeForIsTriedAgainAsItAsks() throws Exception {
    models.then(
        busy(429, Map.of("Retry-After", "1")),
        busy(529, Map.of()),
        json("{\"model\":\"claude-sonnet-4-5\",\"usage\":{\"input_tokens\":7}}"));
    long begun = System.nanoTime();
    assertThat(ask(agent, "/v1/messages", CALL).statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofSeconds(1));
    assertThat(models.asked()).hasSize(3).allMatch(call -> call.body().equals(CALL));

    models.clear();
    models.then(busy(429, Map.of("Retry-After", "60")));
    HttpResponse<String> told = ask(agent, "/v1/messages", CALL);
    assertThat(told.statusCode()).isEqualTo(429);
    assertThat(told.headers().firstValue("Retry-After")).contains("60");
    assertThat(models.asked()).hasSize(1);

    models.clear();
    models.otherwise(busy(529, Map.of("Retry-After", "0")));
    assertThat(ask(agent, "/v1/messages", CALL).statusCode()).isEqualTo(529);
    assertThat(models.asked()).hasSize(4);
  }

  @Test
  void nothingIsPassedOnWhenTheBudgetIsSpent() throws Exception {
    models.then(
        json("{\"model\":\"claude-opus-4-5\",\"usage\":{\"output_tokens\":1000000}}"),
        json("{\"input_tokens\":3}"));
    assertThat(ask(agent, "/v1/messages", CALL).statusCode()).isEqualTo(200);
    Awaitility.await().atMost(PATIENCE).until(() -> agent.usage().size() == 1);
    HttpResponse<String> refused = ask(agent, "/v1/messages", CALL);
    assertThat(refused.statusCode()).isEqualTo(402);
    assertThat(Client.tree(refused.body()).at("/error/type").asText()).isEqualTo("billing_error");
    assertThat(Client.tree(refused.body()).at("/error/message").asText()).contains("Budget spent");
    assertThat(ask(agent, "/openai/v1/chat/completions", "{}").statusCode()).isEqualTo(402);
    assertThat(models.asked()).hasSize(1);
    assertThat(ask(agent, "/v1/messages/count_tokens", CALL).statusCode()).isEqualTo(200);
    JsonNode line = agent.journal("model").getLast();
    assertThat(line.get("level").asText()).isEqualTo("WARN");
    assertThat(line.at("/data/reason").asText()).isEqualTo("budget_spent");
    assertThat(line.get("message").asText()).contains("20 USD for this session");
  }

  @Test
  void whoHangsUpIsNotPaidForAnyLonger() throws Exception {
    CompletableFuture<Void> cut = new CompletableFuture<>();
    models.then(
        (call, exchange) -> {
          OutputStream out = stream(exchange);
          event(out, "message_start", START);
          try {
            while (!Thread.currentThread().isInterrupted()) {
              event(out, "ping", "{\"type\":\"ping\",\"room\":\"" + "x".repeat(8192) + "\"}");
            }
          } catch (IOException hungUp) {
            cut.complete(null);
          }
        });
    HttpResponse<InputStream> answer =
        HTTP.send(call(agent, "/v1/messages", CALL), BodyHandlers.ofInputStream());
    assertThat(answer.body().read()).isPositive();
    answer.body().close();
    cut.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(agent.usage())
                    .containsExactly("anthropic claude-sonnet-4-5 1 1000 1 500 100 3540"));
  }

  @Test
  void chatCompletionsAreAskedForTheirCounts() throws Exception {
    models.then(
        (call, exchange) -> {
          OutputStream out = stream(exchange);
          out.write("data: {\"model\":\"qwen\",\"choices\":[]}\n\n".getBytes());
          out.write(
              ("data: {\"model\":\"qwen\",\"choices\":[],\"usage\":{\"prompt_tokens\":90,"
                      + "\"completion_tokens\":8,\"prompt_tokens_details\":{\"cached_tokens\":40}}}"
                      + "\n\ndata: [DONE]\n\n")
                  .getBytes());
        });
    HttpResponse<String> answer =
        ask(agent, "/openai/v1/chat/completions", "{\"model\":\"qwen\",\"stream\":true}");
    assertThat(answer.body()).endsWith("data: [DONE]\n\n");
    ModelStandIn.Asked asked = models.asked().getFirst();
    assertThat(asked.path()).isEqualTo("/local/v1/chat/completions");
    assertThat(asked.headers()).containsEntry("authorization", "Bearer " + OTHER_KEY);
    assertThat(Client.tree(asked.body()).at("/stream_options/include_usage").asBoolean()).isTrue();
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(agent.usage()).containsExactly("openai qwen 1 50 8 40 0 0"));
  }

  @Test
  void aRefusalOfTheServicesOwnKeyIsToldWithoutIt() throws Exception {
    models.then(
        (call, exchange) -> {
          byte[] echo = ("no such key: " + call.headers().get("x-api-key")).getBytes();
          exchange.sendResponseHeaders(401, echo.length);
          exchange.getResponseBody().write(echo);
        });
    HttpResponse<String> answer = ask(agent, "/v1/messages", CALL);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("operator").doesNotContain(KEY);
    assertThat(ask(agent, "/v1/anything", CALL).statusCode()).isEqualTo(404);
  }
}

package dev.tmuxbuilder.gateway;

import static dev.tmuxbuilder.gateway.ModelStandIn.busy;
import static dev.tmuxbuilder.gateway.ModelStandIn.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls in the form of Anthropic's API that are answered by Bedrock: a stand-in that checks
 * signatures and frames its answers as AWS publishes both.
 */
class BedrockTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String REGION = "eu-central-1";
  private static final String ID = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
  private static final String KEY_ID = "K" + UUID.randomUUID();
  private static final String SECRET = "canary-" + UUID.randomUUID();
  private static final String CALL =
      "{\"model\":\"claude-sonnet-4-5\",\"max_tokens\":10,\"stream\":true,\"messages\":[]}";
  private static final String START =
      "{\"type\":\"message_start\",\"message\":{\"model\":\"claude-sonnet-4-5-20250929\",\"usage\":"
          + "{\"input_tokens\":1000,\"cache_read_input_tokens\":500,"
          + "\"cache_creation_input_tokens\":100,\"output_tokens\":1}}}";
  private static final String DELTA =
      "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},"
          + "\"usage\":{\"output_tokens\":200}}";
  private static final String PING = "{\"type\":\"ping\"}";
  private static final String STOP = "{\"type\":\"message_stop\"}";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ModelStandIn models;
  private static ServerProcess server;

  private static AgentAtWork agent;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    models = new ModelStandIn();
    server =
        new ServerProcess(Files.createTempDirectory(folder, "bedrock").resolve("data"))
            .with("TMUXBUILDER_GATEWAY_BEDROCK_REGION", REGION)
            .with("TMUXBUILDER_GATEWAY_BEDROCK_ENDPOINT", models.address())
            .with("TMUXBUILDER_GATEWAY_BEDROCK_MODELS", "claude-sonnet-4-5=" + ID)
            .with("TMUXBUILDER_GATEWAY_LONGEST_PAUSE", "2s")
            .with("AWS_ACCESS_KEY_ID", KEY_ID)
            .with("AWS_SECRET_ACCESS_KEY", SECRET)
            .start();
    agent = AgentAtWork.begin(server);
  }

  @AfterAll
  static void stop() {
    server.close();
    models.close();
  }

  @BeforeEach
  void forget() {
    models.clear();
  }

  private static HttpRequest call(String body) {
    return agent
        .request("/gateway/" + agent.site().id() + "/v1/messages?beta=true")
        .header("anthropic-version", "2023-06-01")
        .header("anthropic-beta", "effort-2025-11-24,not-known-there-2026-01-01")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static HttpResponse<String> ask(String body) throws Exception {
    return HTTP.send(call(body), BodyHandlers.ofString());
  }

  @Test
  void aStreamGoesThroughPieceByPieceAndIsMetered() throws Exception {
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    models.then(
        (call, exchange) -> {
          OutputStream out = stream(exchange);
          byte[] first = chunk(START);
          out.write(first, 0, 20); // a frame comes in as many parts as it likes
          out.flush();
          out.write(first, 20, first.length - 20);
          out.flush();
          goOn.orTimeout(15, TimeUnit.SECONDS).join();
          ByteArrayOutputStream rest = new ByteArrayOutputStream();
          rest.writeBytes(chunk(DELTA));
          rest.writeBytes(chunk(STOP));
          out.write(rest.toByteArray());
        });
    HttpResponse<InputStream> answer = HTTP.send(call(CALL), BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).isEqualTo("event: message_start"); // while the rest is held back
      goOn.complete(null);
      assertThat(lines.lines().toList())
          .containsExactly(
              "data: " + START,
              "",
              "event: message_delta",
              "data: " + DELTA,
              "",
              "event: message_stop",
              "data: " + STOP,
              "");
    }
    ModelStandIn.Asked asked = models.asked().getFirst();
    assertThat(asked.path())
        .isEqualTo("/model/" + ID.replace(":", "%3A") + "/invoke-with-response-stream");
    JsonNode body = Client.tree(asked.body());
    assertThat(body.has("model")).isFalse();
    assertThat(body.has("stream")).isFalse();
    assertThat(body.get("anthropic_version").asText()).isEqualTo("bedrock-2023-05-31");
    assertThat(body.get("anthropic_beta").toString()).isEqualTo("[\"effort-2025-11-24\"]");
    assertThat(body.get("max_tokens").asInt()).isEqualTo(10);
    assertThat(asked.headers().get("authorization")).endsWith("Signature=" + signature(asked));
    assertThat(asked.headers().values()).noneMatch(value -> value.contains(agent.token()));
    // 1000 × 3 + 200 × 15 + 500 × 0.3 + 100 × 3.75
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(agent.usage())
                    .contains("bedrock claude-sonnet-4-5-20250929 1 1000 200 500 100 6525"));
    assertThat(server.log(10_000)).doesNotContain(SECRET);
  }

  @Test
  void whatIsNoStreamGoesThroughAsItIs() throws Exception {
    String said = "{\"model\":\"claude-sonnet-4-5\",\"usage\":{\"input_tokens\":7}}";
    models.then(json(said));
    HttpResponse<String> answer =
        ask("{\"model\":\"" + ID + "\",\"max_tokens\":10,\"messages\":[]}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(said);
    ModelStandIn.Asked asked = models.asked().getFirst();
    assertThat(asked.path()).isEqualTo("/model/" + ID.replace(":", "%3A") + "/invoke");
    assertThat(asked.headers().get("authorization")).endsWith("Signature=" + signature(asked));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(agent.usage()).contains("bedrock claude-sonnet-4-5 1 7 0 0 0 21"));
  }

  @Test
  void whatItHasNoTimeForIsTriedAgainAndThenToldInAnthropicsWords() throws Exception {
    models.then(
        refusal(429, "ThrottlingException", "Too many tokens"),
        refusal(503, "ServiceUnavailableException", "Later"),
        json("{\"usage\":{\"input_tokens\":1}}"));
    assertThat(ask(CALL).statusCode()).isEqualTo(200);
    assertThat(models.asked()).hasSize(3);

    models.clear();
    models.then(busy(429, Map.of("Retry-After", "60")));
    HttpResponse<String> told = ask(CALL);
    assertThat(told.statusCode()).isEqualTo(429);
    assertThat(told.headers().firstValue("Retry-After")).contains("60");
    assertThat(Client.tree(told.body()).at("/error/type").asText()).isEqualTo("rate_limit_error");

    models.clear();
    models.then(refusal(400, "ValidationException", "max_tokens: too large"));
    HttpResponse<String> wrong = ask(CALL);
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(wrong.headers().firstValue("content-type")).contains("application/json");
    assertThat(wrong.body())
        .isEqualTo(Client.text(Client.tree(wrong.body())))
        .contains("\"invalid_request_error\"", "max_tokens: too large");

    models.clear();
    models.then(refusal(403, "AccessDeniedException", "User " + KEY_ID + " may not"));
    HttpResponse<String> refused = ask(CALL);
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).contains("operator").doesNotContain(KEY_ID);
  }

  @Test
  void whatEndsInTheMiddleIsNotTakenForTheEnd() throws Exception {
    models.then(
        (call, exchange) -> {
          OutputStream out = stream(exchange);
          out.write(chunk(PING));
          out.write(exception("throttlingException", "{\"message\":\"Too many requests\"}"));
        });
    assertThat(ask(CALL).body())
        .contains("event: error\ndata: ", "rate_limit_error", "Too many requests");

    models.then((call, exchange) -> stream(exchange).write(chunk(PING)));
    assertThatThrownBy(() -> ask(CALL)).isInstanceOf(IOException.class);

    byte[] broken = chunk(DELTA);
    broken[broken.length - 6] ^= 1; // its checksum is another one
    models.then(
        (call, exchange) -> {
          OutputStream out = stream(exchange);
          out.write(broken);
          out.write(chunk(STOP));
        });
    assertThatThrownBy(() -> ask(CALL)).isInstanceOf(IOException.class);
  }

  @Test
  void aModelWithoutANameThereAndWhatIsNotThereAreRefused() throws Exception {
    HttpResponse<String> unknown = ask("{\"model\":\"claude-opus-4-6\",\"messages\":[]}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("TMUXBUILDER_GATEWAY_BEDROCK_MODELS");
    assertThat(ask("[]").statusCode()).isEqualTo(400);
    assertThat(models.asked()).isEmpty();
  }

  private static ModelStandIn.Script refusal(int status, String type, String message) {
    return (call, exchange) -> {
      byte[] bytes = Client.text(Map.of("message", message)).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("x-amzn-ErrorType", type);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  private static OutputStream stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.amazon.eventstream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  // https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_PayloadPart.html
  private static byte[] chunk(String said) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":event-type", "chunk");
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "event");
    String bytes = Base64.getEncoder().encodeToString(said.getBytes(StandardCharsets.UTF_8));
    return frame(headers, Client.text(Map.of("bytes", bytes, "p", "abcdefgh")));
  }

  private static byte[] exception(String name, String payload) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(":exception-type", name);
    headers.put(":content-type", "application/json");
    headers.put(":message-type", "exception");
    return frame(headers, payload);
  }

  /** https://smithy.io/2.0/aws/amazon-eventstream.html */
  private static byte[] frame(Map<String, String> headers, String payload) {
    try {
      ByteArrayOutputStream named = new ByteArrayOutputStream();
      DataOutputStream head = new DataOutputStream(named);
      for (Map.Entry<String, String> header : headers.entrySet()) {
        head.writeByte(header.getKey().length());
        head.writeBytes(header.getKey());
        head.writeByte(7); // a string
        head.writeShort(header.getValue().length());
        head.writeBytes(header.getValue());
      }
      byte[] body = payload.getBytes(StandardCharsets.UTF_8);
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(whole);
      out.writeInt(12 + named.size() + body.length + 4);
      out.writeInt(named.size());
      out.writeInt(checksum(whole.toByteArray()));
      out.write(named.toByteArray());
      out.write(body);
      out.writeInt(checksum(whole.toByteArray()));
      return whole.toByteArray();
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
  private static String signature(ModelStandIn.Asked asked) throws Exception {
    String authorization = header(asked, "authorization");
    String day = header(asked, "x-amz-date").substring(0, 8);
    String scope = day + "/" + REGION + "/bedrock/aws4_request";
    assertThat(authorization).startsWith("AWS4-HMAC-SHA256 Credential=" + KEY_ID + "/" + scope);
    String names = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
    assertThat(names).contains("host", "x-amz-date");
    String headers =
        Arrays.stream(names.split(";"))
            .map(name -> name + ":" + header(asked, name).strip() + "\n")
            .collect(Collectors.joining());
    String canonical =
        asked.method()
            + "\n"
            + asked.path().replace("%", "%25")
            + "\n\n"
            + headers
            + "\n"
            + names
            + "\n"
            + sha256(asked.body());
    String text =
        "AWS4-HMAC-SHA256\n"
            + header(asked, "x-amz-date")
            + "\n"
            + scope
            + "\n"
            + sha256(canonical);
    byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
    for (String part : new String[] {day, REGION, "bedrock", "aws4_request"}) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, text));
  }

  private static String header(ModelStandIn.Asked asked, String name) {
    return Objects.requireNonNull(asked.headers().get(name), name);
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}

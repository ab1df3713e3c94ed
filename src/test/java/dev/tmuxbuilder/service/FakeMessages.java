package dev.tmuxbuilder.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Messages API in the form that Anthropic publishes, on loopback, that answers each session by a
 * script of its own: one reply a request, then "Done.".
 */
public final class FakeMessages implements AutoCloseable {
  private static final Pattern SESSION = Pattern.compile("sess_\\d{8}_\\d{6}_[a-z0-9]{4}");

  private static final int USUAL_TOKENS = 20;

  private final HttpServer server;
  private final Map<String, Queue<Reply>> scripts = new ConcurrentHashMap<>();
  private final Map<String, Queue<JsonNode>> requests = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> known = new ConcurrentHashMap<>();

  /** What is answered to one request. */
  public sealed interface Reply {
    record Say(String text) implements Reply {}

    record Use(String tool, Map<String, ?> input) implements Reply {}

    record Refuse(int status, String type) implements Reply {}

    /** Nothing before the latch opens, then the other. */
    record Hold(CountDownLatch until, Reply then) implements Reply {}

    /** Something happens, then the other is answered. */
    record Meanwhile(Runnable work, Reply then) implements Reply {}

    /** The other, at the price of so many tokens. */
    record Costly(int outputTokens, Reply then) implements Reply {}
  }

  public FakeMessages() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/messages", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What a session's agent is answered from now on. */
  public void script(String session, Reply... replies) {
    scripts.computeIfAbsent(session, key -> new ConcurrentLinkedQueue<>()).addAll(List.of(replies));
    latch(session).countDown();
  }

  /** The session's next request has no answer until more is scripted. */
  public void waitForScript(String session) {
    known.put(session, new CountDownLatch(1));
  }

  public List<JsonNode> requests(String session) {
    return List.copyOf(requests.getOrDefault(session, new ConcurrentLinkedQueue<>()));
  }

  private CountDownLatch latch(String session) {
    return known.computeIfAbsent(session, key -> new CountDownLatch(1));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = Client.JSON.readTree(exchange.getRequestBody().readAllBytes());
      Matcher session = SESSION.matcher(request.toString());
      String id = session.find() ? session.group() : "none";
      latch(id).await(20, TimeUnit.SECONDS);
      requests.computeIfAbsent(id, key -> new ConcurrentLinkedQueue<>()).add(request);
      Reply next = scripts.getOrDefault(id, new ConcurrentLinkedQueue<>()).poll();
      reply(exchange, request, next == null ? new Reply.Say("Done.") : next, USUAL_TOKENS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void reply(HttpExchange exchange, JsonNode request, Reply reply, int outputTokens)
      throws IOException, InterruptedException {
    switch (reply) {
      case Reply.Hold(CountDownLatch until, Reply then) -> {
        until.await(2, TimeUnit.MINUTES);
        reply(exchange, request, then, outputTokens);
      }
      case Reply.Meanwhile(Runnable work, Reply then) -> {
        work.run();
        reply(exchange, request, then, outputTokens);
      }
      case Reply.Refuse(int status, String type) ->
          send(
              exchange,
              status,
              "application/json",
              Client.text(
                  Map.of("type", "error", "error", Map.of("type", type, "message", "refused"))));
      case Reply.Costly(int tokens, Reply then) -> reply(exchange, request, then, tokens);
      case Reply.Say(String text) ->
          send(
              exchange,
              200,
              "text/event-stream",
              stream(
                  request,
                  Map.of("type", "text", "text", ""),
                  Map.of("type", "text_delta", "text", text),
                  "end_turn",
                  outputTokens));
      case Reply.Use(String tool, Map<String, ?> input) ->
          send(
              exchange,
              200,
              "text/event-stream",
              stream(
                  request,
                  Map.of(
                      "type",
                      "tool_use",
                      "id",
                      "toolu_" + UUID.randomUUID().toString().replace("-", ""),
                      "name",
                      tool,
                      "input",
                      Map.of()),
                  Map.of("type", "input_json_delta", "partial_json", Client.text(input)),
                  "tool_use",
                  outputTokens));
    }
  }

  private static String stream(
      JsonNode request, Map<String, ?> block, Map<String, ?> delta, String stop, int outputTokens) {
    Map<String, Object> message =
        Map.of(
            "id",
            "msg_" + UUID.randomUUID().toString().replace("-", ""),
            "type",
            "message",
            "role",
            "assistant",
            "model",
            request.path("model").asText(),
            "content",
            List.of(),
            "usage",
            Map.of("input_tokens", 100, "output_tokens", 1));
    return event(Map.of("type", "message_start", "message", message))
        + event(Map.of("type", "content_block_start", "index", 0, "content_block", block))
        + event(Map.of("type", "content_block_delta", "index", 0, "delta", delta))
        + event(Map.of("type", "content_block_stop", "index", 0))
        + event(
            Map.of(
                "type",
                "message_delta",
                "delta",
                Map.of("stop_reason", stop),
                "usage",
                Map.of("output_tokens", outputTokens)))
        + event(Map.of("type", "message_stop"));
  }

  private static String event(Map<String, ?> data) {
    return "event: " + data.get("type") + "\ndata: " + Client.text(data) + "\n\n";
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

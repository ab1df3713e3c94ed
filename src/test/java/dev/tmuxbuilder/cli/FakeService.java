package dev.tmuxbuilder.cli;

import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A service that speaks the contract and does nothing: one execution, whose events are written
 * beforehand. It remembers what it was asked.
 */
final class FakeService implements AutoCloseable {
  static final String USER = "5d5f3c36-8c44-5d0a-9d0b-2f7f3f0f3a11";
  static final String SESSION = "sess_20260101_120000_ab12";
  static final String EXECUTION = USER + "_" + SESSION;

  /** A request as it came in. */
  record Asked(String method, String path, String lastEventId, String authorization, String body) {}

  private final HttpServer server;
  private final Script script;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  FakeService(Script script) throws IOException {
    this(script, 0);
  }

  FakeService(Script script, int port) throws IOException {
    this.script = script;
    this.server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<Asked> asked() {
    return List.copyOf(asked);
  }

  List<Asked> asked(String method, String pathPart) {
    return asked.stream()
        .filter(a -> a.method().equals(method) && a.path().contains(pathPart))
        .toList();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      String lastEventId = header(exchange, "Last-Event-ID");
      asked.add(
          new Asked(
              exchange.getRequestMethod(),
              path,
              lastEventId,
              header(exchange, "Authorization"),
              body));
      if (path.endsWith("/stream")) {
        stream(exchange, Long.parseLong(lastEventId.isEmpty() ? "0" : lastEventId));
      } else {
        answer(exchange, exchange.getRequestMethod(), path, body);
      }
    }
  }

  private static String header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).orElse("");
  }

  private void answer(HttpExchange exchange, String method, String path, String body)
      throws IOException {
    if (path.startsWith("/q/health")) {
      send(
          exchange,
          200,
          """
          {"status": "UP", "checks": [{"name": "AWS", "status": "UP",
            "data": {"configured": "yes", "identity": "account 123456789012, arn:aws:iam::123456789012:user/ana"}}]}
          """);
    } else if (path.equals("/api/create-user") && body.contains("not-an-email")) {
      send(
          exchange,
          400,
          """
          {"type":"about:blank","title":"Bad Request","status":400,"code":"invalid_request",
           "detail":"The request has fields that cannot be.",
           "errors":[{"field":"email","message":"is not an email address"}]}""");
    } else if (path.equals("/api/create-user")) {
      send(exchange, 202, script.created());
    } else if (method.equals("POST") && path.startsWith("/api/redeploy/")) {
      send(exchange, 409, "{\"status\":409,\"code\":\"busy\",\"detail\":\"A run is going on.\"}");
    } else if (path.startsWith("/api/status/" + EXECUTION)) {
      send(exchange, 200, script.status());
    } else if (path.endsWith("/sessions")) {
      send(exchange, 200, script.sessions());
    } else if (path.endsWith("/tests") && script.completes()) {
      send(exchange, 200, "{\"passed\":12,\"failed\":0,\"checks\":[]}");
    } else if (path.endsWith("/receipts/1")) {
      send(exchange, 200, script.receipt());
    } else if (path.endsWith("/receipts")) {
      String later = script.receipt().replace("\"release\":1", "\"release\":2");
      send(exchange, 200, "{\"receipts\":[" + script.receipt() + "," + later + "]}");
    } else {
      send(exchange, 404, "{\"status\":404,\"code\":\"not_found\",\"title\":\"Not found\"}");
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Sends what comes after {@code since}; breaks the connection off where the script says so. */
  private void stream(HttpExchange exchange, long since) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    out.write(": hello\n\n".getBytes(StandardCharsets.UTF_8));
    List<String> events = script.events();
    boolean first = asked("GET", "/stream").size() == 1;
    for (int i = (int) since; i < events.size(); i++) {
      if (first && i == script.dropAfter()) {
        if (script.silent()) {
          awaitTheReadersPatience();
        }
        return; // closing the exchange completes the stream without an end event
      }
      out.write(
          ("id: " + (i + 1) + "\n" + events.get(i) + "\n\n").getBytes(StandardCharsets.UTF_8));
      out.flush();
      pause();
    }
  }

  /** Keeps the connection open and says nothing until the reader has come back for more. */
  private void awaitTheReadersPatience() {
    await().until(() -> asked("GET", "/stream").size() > 1);
  }

  private void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(script.pauseMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IOException(stop);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  /**
   * What happens.
   *
   * @param dropAfter after how many events the first stream breaks off; -1 for never
   * @param silent whether it says nothing more instead of breaking off
   * @param pauseMillis between two events, for people who watch
   */
  record Script(boolean completes, int dropAfter, boolean silent, long pauseMillis) {
    static final Script HAPPY = new Script(true, -1, false, 0);
    static final Script BROKEN = new Script(false, -1, false, 0);

    Script droppingAfter(int events) {
      return new Script(completes, events, false, pauseMillis);
    }

    Script silentAfter(int events) {
      return new Script(completes, events, true, pauseMillis);
    }

    String created() {
      return """
      {"execution_id":"%s","user_id":"%s","session_id":"%s","is_new_user":true,
       "status_url":"/api/status/%s","stream_url":"/api/status/%s/stream",
       "access_token":"%s"}"""
          .formatted(EXECUTION, USER, SESSION, EXECUTION, EXECUTION, token());
    }

    /** Made of nothing that anybody could use. */
    static String token() {
      return "t".repeat(8);
    }

    String status() {
      String error =
          completes
              ? "null"
              : """
              {"step":"deploy","stage":"upload","code":"disk_full","message":"The disk is full.",
               "retryable":false,"hint":"Make room."}""";
      return """
      {"execution_id":"%s","user_id":"%s","session_id":"%s","host_provider":"local",
       "site_type":"static","agent":"starter","status":"%s","run":1,"current_step":7,
       "total_steps":7,"url":%s,"release":%s,"result":null,"error":%s,"logs":[],"next_since":9,
       "steps":[{"id":1,"name":"create_user","status":"completed","attempt":1,
         "started_at":"2026-01-01T12:00:00.000Z","finished_at":"2026-01-01T12:00:00.400Z",
         "error":null}]}"""
          .formatted(
              EXECUTION,
              USER,
              SESSION,
              completes ? "completed" : "failed",
              completes ? "\"http://sunny-bakery.localhost:8081/\"" : "null",
              completes ? "1" : "null",
              error);
    }

    String sessions() {
      return """
      {"sessions":[{"session_id":"%s","execution_id":"%s","host_provider":"local",
       "site_type":"static","status":"completed","url":"http://sunny-bakery.localhost:8081/",
       "release":1,"created_at":"2026-01-01T12:00:00.000Z"}],"next":null}"""
          .formatted(SESSION, EXECUTION);
    }

    String receipt() {
      return """
      {"execution_id":"%s","release":1,"run":1,"requested_by":"%s","approved_by":null,
       "source_commit":"c0ffee","artifact_sha256":"%s","files":23,"bytes":120000,
       "url":"http://sunny-bakery.localhost:8081/","resources":[],
       "checks":[{"name":"loads","status":"passed","evidence_sha256":"00"}],"screenshots":[],
       "durations_ms":{"deploy":420},"cost_estimate":null,"previous_release":null,
       "created_at":"2026-01-01T12:00:09.000Z","receipt_sha256":"%s"}"""
          .formatted(EXECUTION, USER, "a1".repeat(32), "b2".repeat(32));
    }

    List<String> events() {
      List<String> events = new ArrayList<>();
      events.add(event(events, "status", "\"status\":\"running\",\"current_step\":1"));
      List<String> steps =
          completes
              ? List.of(
                  "create_user",
                  "create_session",
                  "generate_site",
                  "deploy",
                  "health_check",
                  "screenshot",
                  "e2e_tests")
              : List.of("create_user", "create_session", "generate_site");
      for (String name : steps) {
        step(events, name, "running", "null");
        events.add(log(events, name, "work", "doing " + name + " with 23 files, 120 kB"));
        if (name.equals("deploy")) {
          events.add(
              event(
                  events, "url", "\"url\":\"http://sunny-bakery.localhost:8081/\",\"release\":1"));
        }
        if (name.equals("e2e_tests")) {
          events.add(
              event(
                  events,
                  "test",
                  "\"name\":\"loads\",\"page\":\"/\",\"status\":\"passed\",\"expected\":\"200\","
                      + "\"seen\":\"200\""));
        }
        step(events, name, "completed", "null");
      }
      if (!completes) {
        step(events, "deploy", "running", "null");
        step(
            events,
            "deploy",
            "failed",
            "{\"code\":\"disk_full\",\"message\":\"The disk is full.\",\"hint\":\"Make room.\"}");
      }
      events.add(
          event(
              events,
              "end",
              "\"status\":\"" + (completes ? "completed" : "failed") + "\",\"last_seq\":9"));
      return events;
    }

    private void step(List<String> events, String name, String status, String error) {
      events.add(
          event(
              events,
              "step",
              "\"id\":1,\"name\":\"%s\",\"status\":\"%s\",\"attempt\":1,\"error\":%s"
                  .formatted(name, status, error)));
    }

    private String log(List<String> events, String step, String stage, String message) {
      return event(
          events,
          "log",
          "\"level\":\"INFO\",\"step\":\"%s\",\"stage\":\"%s\",\"message\":\"%s\",\"data\":{}"
              .formatted(step, stage, message));
    }

    private String event(List<String> before, String name, String fields) {
      int seq = before.size() + 1;
      Instant start =
          pauseMillis > 0
              ? Instant.now().truncatedTo(ChronoUnit.SECONDS)
              : Instant.parse("2026-01-01T12:00:00Z");
      return "event: %s\ndata: {\"seq\":%d,\"at\":\"%s\",\"run\":1,%s}"
          .formatted(name, seq, start.plusMillis(Math.max(100, pauseMillis) * seq), fields);
    }
  }

  /** For people who want to see the view: {@code FakeService PORT PAUSE_MILLIS [fail|drop]}. */
  public static void main(String[] args) throws Exception {
    boolean completes = args.length < 3 || !args[2].equals("fail");
    int drop = args.length > 2 && args[2].equals("drop") ? 8 : -1;
    try (FakeService service =
        new FakeService(
            new Script(completes, drop, false, Long.parseLong(args[1])),
            Integer.parseInt(args[0]))) {
      System.out.println(service.address());
      Thread.currentThread().join();
    }
  }
}

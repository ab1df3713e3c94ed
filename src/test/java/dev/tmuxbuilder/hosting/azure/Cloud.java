package dev.tmuxbuilder.hosting.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All of Azure that a test needs, at one address: Resource Manager, and blobs, which are Azurite's.
 * It writes down every call, and breaks those it is told to.
 */
public final class Cloud implements AutoCloseable {
  private static final Set<String> NOT_FORWARDED =
      Set.of("connection", "content-length", "host", "expect", "upgrade", "transfer-encoding");

  /** What happens to a call. */
  enum Fault {
    NONE,
    /** The connection is cut before the call has an effect. */
    CUT_BEFORE,
    /** The call has its effect, and its answer is lost. */
    CUT_AFTER,
    BUSY,
    BROKEN,
    THROTTLED,
    CONFLICT,
    DENIED,
    EXPIRED
  }

  /** A call as it was made. */
  public record Call(boolean blob, String method, String path, String query, String body) {
    boolean mutating() {
      return !method.equals("GET") && !method.equals("HEAD") && !path.endsWith("/listKeys");
    }

    @Override
    public String toString() {
      return method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  /** Decides what happens to a call. */
  interface Plan {
    Fault of(Call call, int mutatingNumber);
  }

  private final BlobServer blobs;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final ResourceManager manager;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger mutating = new AtomicInteger();
  private volatile Plan plan = (call, number) -> Fault.NONE;
  private volatile boolean dead;
  private volatile CompletableFuture<Void> died = new CompletableFuture<>();

  public Cloud(BlobServer blobs) {
    this.blobs = blobs;
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    manager = new ResourceManager(endpoint().toString(), blobs.accounts());
    server.setExecutor(threads);
    server.createContext("/", this::pass);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  ResourceManager manager() {
    return manager;
  }

  BlobServer blobs() {
    return blobs;
  }

  /** Everything that is there, by its id. */
  public List<String> everything() {
    return manager.everything();
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  List<Call> writes() {
    return calls.stream().filter(Call::mutating).toList();
  }

  /** Forgets what was, and starts to count anew. */
  void follow(Plan newPlan) {
    calls.clear();
    mutating.set(0);
    dead = false;
    died = new CompletableFuture<>();
    plan = newPlan;
  }

  void follow() {
    follow((call, number) -> Fault.NONE);
  }

  /** From here on what Azure begins does not end. */
  public void hold() {
    manager.takes(Integer.MAX_VALUE);
  }

  /** What Azure is at ends now; what it begins afterwards is held as before. */
  public void finish() {
    manager.finish();
  }

  /** All ends, and what comes is made at once. */
  public void release() {
    manager.takes(0);
    manager.finish();
  }

  /** From here on nothing passes, as if the service were gone. */
  void die() {
    dead = true;
    died.complete(null);
  }

  CompletableFuture<Void> died() {
    return died;
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      if (dead) {
        return;
      }
      Call call = call(exchange, body);
      int number = call.mutating() ? mutating.incrementAndGet() : 0;
      calls.add(call);
      switch (plan.of(call, number)) {
        case NONE -> answer(exchange, call, body);
        case CUT_BEFORE -> {}
        case CUT_AFTER -> have(exchange, call, body);
        case BUSY -> refuse(exchange, call, 503, "ServerBusy", Map.of());
        case BROKEN -> refuse(exchange, call, 500, "InternalError", Map.of());
        case THROTTLED ->
            refuse(exchange, call, 429, "TooManyRequests", Map.of("Retry-After", "1"));
        case CONFLICT -> refuse(exchange, call, 409, "AnotherOperationInProgress", Map.of());
        case DENIED -> refuse(exchange, call, 403, "AuthorizationFailed", Map.of());
        case EXPIRED -> refuse(exchange, call, 401, "ExpiredAuthenticationToken", Map.of());
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static Call call(HttpExchange exchange, byte[] body) {
    String path = exchange.getRequestURI().getRawPath();
    return new Call(
        !path.startsWith("/subscriptions"),
        exchange.getRequestMethod(),
        path,
        Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
        body.length < 65_536 ? new String(body, StandardCharsets.UTF_8) : "");
  }

  private void have(HttpExchange exchange, Call call, byte[] body)
      throws IOException, InterruptedException {
    if (call.blob()) {
      forward(exchange, body);
    } else {
      manager.handle(call.method(), call.path(), call.query(), call.body());
    }
  }

  private void answer(HttpExchange exchange, Call call, byte[] body)
      throws IOException, InterruptedException {
    if (call.blob()) {
      answer(exchange, forward(exchange, body));
      return;
    }
    ResourceManager.Reply reply =
        manager.handle(call.method(), call.path(), call.query(), call.body());
    send(exchange, reply.status(), "application/json", reply.headers(), reply.body());
  }

  private static void send(
      HttpExchange exchange, int status, String type, Map<String, String> headers, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean none = bytes.length == 0 || exchange.getRequestMethod().equals("HEAD");
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, none ? -1 : bytes.length);
    if (!none) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void refuse(
      HttpExchange exchange, Call call, int status, String code, Map<String, String> headers)
      throws IOException {
    if (call.blob()) {
      exchange.getResponseHeaders().set("x-ms-error-code", code);
      send(
          exchange,
          status,
          "application/xml",
          headers,
          "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>%s</Code><Message>no</Message></Error>"
              .formatted(code));
    } else {
      send(
          exchange,
          status,
          "application/json",
          headers,
          ResourceManager.error(status, code, "no").body());
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(blobs.endpoint().toString() + exchange.getRequestURI()));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    return http.send(
        request
            .method(
                exchange.getRequestMethod(),
                exchange.getRequestMethod().startsWith("P")
                    ? HttpRequest.BodyPublishers.ofByteArray(body)
                    : HttpRequest.BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      response
          .headers()
          .firstValue("content-length")
          .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
    }
    byte[] body = response.body();
    boolean none = head || body.length == 0 || response.statusCode() == 204;
    exchange.sendResponseHeaders(response.statusCode(), none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    http.close();
    threads.close();
  }
}

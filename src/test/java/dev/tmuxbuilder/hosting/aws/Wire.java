package dev.tmuxbuilder.hosting.aws;

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
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Between the service and the emulator: writes down every call, and breaks those it is told to. */
public final class Wire implements AutoCloseable {
  private static final Set<String> NOT_FORWARDED =
      Set.of("connection", "content-length", "host", "expect", "upgrade", "transfer-encoding");
  private static final Pattern ACTION = Pattern.compile("(?:^|&)Action=([A-Za-z]+)");
  private static final Pattern READING = Pattern.compile("Describe|Get|List|Simulate|AssumeRole");
  private static final Pattern SCOPE = Pattern.compile("Credential=[^/]+/\\d+/[^/]+/([^/]+)/");

  private static final Duration LATENESS = Duration.ofSeconds(2);

  /** What happens to a call. */
  enum Fault {
    NONE,
    /** The connection is cut before the call has an effect. */
    CUT_BEFORE,
    /** The call has its effect, and its answer is lost. */
    CUT_AFTER,
    /** The answer takes its time. */
    LATE,
    BUSY,
    BROKEN,
    THROTTLED,
    DENIED,
    EXPIRED
  }

  /**
   * A call as it was made.
   *
   * @param action the operation's name, for services that have it in the body or a header
   */
  public record Call(
      String service, String method, String path, String query, String action, String body) {
    public boolean mutating() {
      return action.isEmpty()
          ? !method.equals("GET") && !method.equals("HEAD") && !service.equals("sts")
          : !READING.matcher(action).lookingAt();
    }

    @Override
    public String toString() {
      return service + " " + action + method + " " + path + (query.isEmpty() ? "" : "?" + query);
    }
  }

  /** An answer in the emulator's place. */
  record Reply(int status, String body) {}

  /** Answers what the emulator cannot. */
  interface StandIn {
    Optional<Reply> answer(Call call);
  }

  /** Decides what happens to a call. */
  interface Plan {
    Fault of(Call call, int mutatingNumber);
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).executor(threads).build();
  private final URI emulator;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final AtomicInteger mutating = new AtomicInteger();
  private final StandIn standIn;
  private volatile Plan plan = (call, number) -> Fault.NONE;
  private volatile boolean dead;
  private volatile CompletableFuture<Void> died = new CompletableFuture<>();

  public Wire(URI emulator) {
    this(emulator, call -> Optional.empty());
  }

  public Wire(URI emulator, StandIn standIn) {
    this.emulator = emulator;
    this.standIn = standIn;
    try {
      server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(threads);
    server.createContext("/", this::pass);
    server.start();
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public List<Call> calls() {
    return List.copyOf(calls);
  }

  List<Call> writes(String service) {
    return calls.stream()
        .filter(call -> call.mutating() && call.service().equals(service))
        .toList();
  }

  /** Forgets what was, and starts to count anew. */
  void follow(Plan newPlan) {
    calls.clear();
    mutating.set(0);
    dead = false;
    died = new CompletableFuture<>();
    plan = newPlan;
  }

  public void follow() {
    follow((call, number) -> Fault.NONE);
  }

  /** Refuses each call of that name. Forgets what was. */
  public void deny(String action) {
    denyAt(call -> call.action().equals(action));
  }

  /** Refuses these calls. Forgets what was. */
  public void denyAt(Predicate<Call> which) {
    follow((call, number) -> which.test(call) ? Fault.DENIED : Fault.NONE);
  }

  /**
   * Runs something at a call, which has its effect: nobody hears of it. Forgets what was.
   *
   * @param wanted is given the call, and which of those that change something it is
   */
  public void onHit(BiPredicate<Call, Integer> wanted, Runnable then) {
    AtomicBoolean hit = new AtomicBoolean();
    follow(
        (call, number) -> {
          if (!wanted.test(call, number) || !hit.compareAndSet(false, true)) {
            return Fault.NONE;
          }
          then.run();
          died.complete(null);
          return Fault.CUT_AFTER;
        });
  }

  /** Ends when the call has come. */
  public CompletableFuture<Void> whenHit() {
    return died.orTimeout(60, TimeUnit.SECONDS);
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
      Fault fault = plan.of(call, number);
      switch (fault) {
        case NONE -> answer(exchange, call, body);
        case LATE -> {
          LockSupport.parkNanos(LATENESS.toNanos());
          answer(exchange, call, body);
        }
        case CUT_BEFORE -> {}
        case CUT_AFTER -> {
          if (standIn.answer(call).isEmpty()) {
            forward(exchange, body);
          }
        }
        case BUSY -> refuse(exchange, call, 503, "SlowDown");
        case BROKEN -> refuse(exchange, call, 500, "InternalError");
        case THROTTLED -> refuse(exchange, call, 400, "Throttling");
        case DENIED -> refuse(exchange, call, 403, "AccessDenied");
        case EXPIRED -> refuse(exchange, call, 400, "ExpiredToken");
      }
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, Call call, byte[] body)
      throws IOException, InterruptedException {
    Optional<Reply> reply = standIn.answer(call);
    if (reply.isEmpty()) {
      answer(exchange, forward(exchange, body));
      return;
    }
    byte[] bytes = reply.get().body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(reply.get().status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static String action(HttpExchange exchange, String body) {
    String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
    if (target != null) {
      return target.substring(target.indexOf('.') + 1);
    }
    Matcher action = ACTION.matcher(body);
    return exchange.getRequestMethod().equals("POST") && action.find() ? action.group(1) : "";
  }

  private static Call call(HttpExchange exchange, byte[] body) {
    String authorization =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    Matcher scope = SCOPE.matcher(authorization);
    String type =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse("");
    String text = new String(body, StandardCharsets.UTF_8);
    boolean readable = type.contains("xml") || type.contains("json") || type.contains("form");
    return new Call(
        scope.find() ? scope.group(1) : "unsigned",
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse(""),
        type.contains("form") || type.contains("amz-json") ? action(exchange, text) : "",
        readable || body.length < 4096 ? text : "");
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
            URI.create(
                emulator
                    + exchange.getRequestURI().getRawPath()
                    + Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                        .map(query -> "?" + query)
                        .orElse("")));
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
    exchange.sendResponseHeaders(
        response.statusCode(),
        head || body.length == 0 || response.statusCode() == 204 ? -1 : body.length);
    if (!head && body.length > 0 && response.statusCode() != 204) {
      exchange.getResponseBody().write(body);
    }
  }

  private static void refuse(HttpExchange exchange, Call call, int status, String code)
      throws IOException {
    String form =
        switch (call.service()) {
          case "s3" -> "<Error><Code>%s</Code><Message>no</Message></Error>";
          case "ec2" ->
              "<Response><Errors><Error><Code>%s</Code><Message>no</Message></Error></Errors></Response>";
          case "ssm" -> "{\"__type\":\"%s\",\"message\":\"no\"}";
          default ->
              "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error></ErrorResponse>";
        };
    byte[] body = form.formatted(code).getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set(
            "Content-Type",
            call.service().equals("ssm") ? "application/x-amz-json-1.1" : "text/xml");
    exchange.sendResponseHeaders(
        status, exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
    if (!exchange.getRequestMethod().equals("HEAD")) {
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

package dev.tmuxbuilder.gateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A model's API on loopback that answers what a test has written down. */
public final class ModelStandIn implements AutoCloseable {
  /** What was asked; names of headers in lower case. */
  public record Asked(String method, String path, Map<String, String> headers, String body) {}

  /** Answers one call. */
  @FunctionalInterface
  public interface Script {
    void answer(Asked asked, HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final Queue<Script> next = new ConcurrentLinkedQueue<>();
  private volatile Script otherwise = (call, exchange) -> error(exchange, 404, Map.of());

  public ModelStandIn() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Calls are answered by these, one after the other. */
  public ModelStandIn then(Script... scripts) {
    next.addAll(List.of(scripts));
    return this;
  }

  /** Answers every call for which nothing else was written down. */
  public ModelStandIn otherwise(Script script) {
    otherwise = script;
    return this;
  }

  public List<Asked> asked() {
    return asked;
  }

  /** Forgets what was asked and what was to be answered. */
  public void clear() {
    asked.clear();
    next.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new TreeMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
      Asked call =
          new Asked(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              headers,
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      asked.add(call);
      Script script = next.poll();
      (script == null ? otherwise : script).answer(call, exchange);
    }
  }

  public static Script json(String body) {
    return (call, exchange) -> {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  public static Script busy(int status, Map<String, String> headers) {
    return (call, exchange) -> error(exchange, status, headers);
  }

  private static void error(HttpExchange exchange, int status, Map<String, String> headers)
      throws IOException {
    byte[] bytes =
        "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"scripted\"}}"
            .getBytes(StandardCharsets.UTF_8);
    headers.forEach(exchange.getResponseHeaders()::set);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Begins a stream of events, which the test goes on with. */
  public static OutputStream stream(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    return exchange.getResponseBody();
  }

  public static void event(OutputStream out, String name, String data) throws IOException {
    out.write(("event: " + name + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

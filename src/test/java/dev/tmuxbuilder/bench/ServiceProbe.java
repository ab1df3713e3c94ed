package dev.tmuxbuilder.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.queue.NoOpNode;
import dev.tmuxbuilder.store.Pen;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** A running service with its embedded database, as somebody on its machine sees it. */
final class ServiceProbe implements AutoCloseable {
  private static final String ROLE = "tmuxbuilder_app";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final Path data;
  private final long pid;
  private final String operatorToken;

  ServiceProbe(int port, Path data, long pid) throws IOException {
    this.port = port;
    this.data = data;
    this.pid = pid;
    this.operatorToken = secret("operator.token");
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  String operatorToken() {
    return operatorToken;
  }

  /** Asks for a site for somebody new; gives the execution. */
  String create() {
    return create(UUID.randomUUID() + "@example.com");
  }

  String create(String email) {
    Map<String, String> wish =
        Map.of(
            "email", email,
            "phone", "+12025550123",
            "host_provider", "local",
            "site_type", "static",
            "requirements", "# A small site");
    return tree(HttpRequest.newBuilder(uri("/api/create-user"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + operatorToken)
            .POST(HttpRequest.BodyPublishers.ofString(JSON.valueToTree(wish).toString())))
        .get("execution_id")
        .asText();
  }

  JsonNode status(String execution) {
    return tree(
        HttpRequest.newBuilder(uri("/api/status/" + execution))
            .header("Authorization", "Bearer " + operatorToken));
  }

  void cancel(String execution) {
    send(
        HttpRequest.newBuilder(uri("/api/cancel/" + execution))
            .header("Authorization", "Bearer " + operatorToken)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  long subscribers() {
    return metric("tmuxbuilder_stream_subscribers");
  }

  long topics() {
    return metric("tmuxbuilder_stream_topics");
  }

  private long metric(String name) {
    return send(HttpRequest.newBuilder(uri("/q/metrics")))
        .lines()
        .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  /** Bytes of memory that the JVM holds. */
  long rss() {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .sum();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  Pen pen(int connections) throws IOException {
    return new Pen("postgresql://" + database(), ROLE, password(), connections);
  }

  NoOpNode noOpNode(Pen store, int concurrent, Duration takes, Consumer<ExecutionId> ended)
      throws IOException, SQLException {
    return new NoOpNode(
        store.executions(),
        "jdbc:postgresql://" + database(),
        ROLE,
        password(),
        concurrent,
        takes,
        ended);
  }

  private String database() throws IOException {
    return "127.0.0.1:"
        + Files.readAllLines(data.resolve("postgres/data/postmaster.pid")).get(3)
        + "/tmuxbuilder";
  }

  private String password() throws IOException {
    return secret("postgres.service.secret");
  }

  private String secret(String name) throws IOException {
    return Files.readString(data.resolve(name)).strip();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private JsonNode tree(HttpRequest.Builder request) {
    try {
      return JSON.readTree(send(request));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private String send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new IllegalStateException(answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}

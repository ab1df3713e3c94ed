package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManager;

/**
 * A service, called over HTTP as its contract says. Every call blocks, for 30 seconds at most, with
 * files for 5 minutes; every failure is a {@link CliFailure}.
 */
final class Api {
  private static final int UNAUTHORIZED = 401;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final Duration UPLOAD = Duration.ofMinutes(5);

  private final String address;
  private final Optional<String> token;
  private final HttpClient client;

  Api(String address, Optional<String> token) {
    this(address, token, Optional.empty());
  }

  /**
   * @param authorities a file of certificates (PEM) that alone vouch for the service, instead of
   *     those that this Java knows
   */
  Api(String address, Optional<String> token, Optional<Path> authorities) {
    this.address = address;
    this.token = token;
    this.client = client(address.startsWith("https:"), authorities);
  }

  private static HttpClient client(boolean encrypted, Optional<Path> authorities) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER);
    if (!encrypted) {
      builder.sslContext(trustingNobody());
    } else {
      authorities.map(Authorities::in).ifPresent(builder::sslContext);
    }
    return builder.build();
  }

  /**
   * A client makes its TLS context at once, and reading the certificate authorities takes it a
   * quarter of a second, which a plain address does not need.
   */
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException noTls) {
      throw new IllegalStateException("this Java has no TLS", noTls);
    }
  }

  String address() {
    return address;
  }

  JsonNode get(String path) throws InterruptedException {
    return send(request(path).GET().timeout(ANSWER).build());
  }

  JsonNode post(String path, JsonNode body, Map<String, String> headers)
      throws InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .timeout(ANSWER)
            .POST(BodyPublishers.ofString(Json.line(body), StandardCharsets.UTF_8));
    headers.forEach(request::header);
    return send(request.build());
  }

  /** The same as a form where files go with it. */
  JsonNode post(String path, JsonNode body, List<Path> files, Map<String, String> headers)
      throws InterruptedException {
    if (files.isEmpty()) {
      return post(path, body, headers);
    }
    Form form = Form.of(body, files);
    HttpRequest.Builder request =
        request(path).header("Content-Type", form.contentType()).timeout(UPLOAD).POST(form.body());
    headers.forEach(request::header);
    return send(request.build());
  }

  JsonNode delete(String path) throws InterruptedException {
    return send(request(path).DELETE().timeout(ANSWER).build());
  }

  /** The service's address with {@code path}, and who is asking. */
  HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + path)).header("Accept", "application/json");
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return request;
  }

  HttpClient client() {
    return client;
  }

  /** Whether the token still means something to the service; also where that cannot be seen now. */
  boolean isKnownAs(String user) {
    try {
      HttpRequest request =
          request("/api/user/" + user + "/sessions?limit=1").timeout(CONNECT).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() != UNAUTHORIZED;
    } catch (IOException nothingThere) {
      return true;
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Whether the service says that it is ready; empty where nothing answers at all. */
  Optional<Integer> readiness() throws InterruptedException {
    try {
      HttpRequest request = request("/q/health/ready").timeout(CONNECT).build();
      return Optional.of(client.send(request, BodyHandlers.discarding()).statusCode());
    } catch (IOException nothingThere) {
      return Optional.empty();
    }
  }

  /** What the service says of one part of its readiness; empty where none answers. */
  Optional<JsonNode> readinessOf(String part) throws InterruptedException {
    try {
      HttpRequest request = request("/q/health/ready").timeout(CONNECT).build();
      String body = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
      for (JsonNode check : Json.parse(body).path("checks")) {
        if (check.path("name").asText().equals(part)) {
          return Optional.of(check.path("data"));
        }
      }
      return Optional.empty();
    } catch (IOException nothingThere) {
      return Optional.empty();
    }
  }

  private JsonNode send(HttpRequest request) throws InterruptedException {
    HttpResponse<String> response;
    try {
      response = client.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException broken) {
      throw unreachable(broken);
    }
    if (response.statusCode() >= 300) {
      throw Problem.of(response.statusCode(), response.body(), response.headers());
    }
    return Json.parse(response.body());
  }

  /** Nothing answers, not in time, or with a certificate that nobody here vouches for. */
  CliFailure unreachable(IOException broken) {
    String why = Optional.ofNullable(broken.getMessage()).map(text -> " (" + text + ")").orElse("");
    if (broken instanceof SSLHandshakeException) {
      return CliFailure.failed(
          "not_trusted",
          "what answers at " + address + " does not prove that it is the service" + why,
          "A certificate of your own authority needs --ca FILE, or TMUXBUILDER_CA.");
    }
    return CliFailure.failed(
        "unreachable",
        "no service answers at " + address + why,
        "Start one with: tmux-builder serve, or name another with --server.");
  }
}

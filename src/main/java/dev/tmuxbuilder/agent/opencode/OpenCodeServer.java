package dev.tmuxbuilder.agent.opencode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * One server, by its HTTP API (https://opencode.ai/docs/server). What it is asked is asked of a
 * folder. But for {@link #say}, methods block, and end when interrupted.
 */
final class OpenCodeServer {
  /** The name under which it lets its owner in, with the password that it was started with. */
  private static final String NAME = "opencode";

  private static final Duration SHORT = Duration.ofSeconds(30);
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final int port;
  private final String authorization;

  OpenCodeServer(int port, String password) {
    this.port = port;
    this.authorization =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((NAME + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  int port() {
    return port;
  }

  /** The header that opens it. */
  String authorization() {
    return authorization;
  }

  /** Its very first request can hang for ever: little patience, and the next try. */
  boolean healthy(Duration patience) throws InterruptedException {
    try {
      return HTTP.send(
                  authorised(URI.create("http://127.0.0.1:" + port + "/global/health"))
                      .timeout(patience)
                      .build(),
                  BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** Has it read the folder's configuration anew when it is next used there. */
  void forget(Path folder) throws IOException, InterruptedException {
    exchange(post("/instance/dispose", folder, Map.of()));
  }

  /** Whether it has that conversation. */
  boolean knows(Path folder, String conversation) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HTTP.send(
            request("/session/" + conversation, folder).timeout(SHORT).build(),
            BodyHandlers.ofString());
    return answer.statusCode() == 200;
  }

  /** A new conversation. */
  String begin(Path folder, String title) throws IOException, InterruptedException {
    return exchange(post("/session", folder, Map.of("title", title))).path("id").asText();
  }

  /** All messages of a conversation, oldest first. */
  JsonNode messages(Path folder, String conversation) throws IOException, InterruptedException {
    return exchange(request("/session/" + conversation + "/message", folder));
  }

  /** Says something; the answer comes when the turn is over. Does not block. */
  CompletableFuture<JsonNode> say(
      Path folder, String conversation, String model, List<String> blocks) {
    Map<String, Object> body =
        Map.of(
            "model",
            Map.of("providerID", Configuration.PROVIDER, "modelID", model),
            "parts",
            blocks.stream().map(text -> Map.of("type", "text", "text", text)).toList());
    return HTTP.sendAsync(
            post("/session/" + conversation + "/message", folder, body).build(),
            BodyHandlers.ofString())
        .thenApply(OpenCodeServer::read);
  }

  void abort(Path folder, String conversation, Duration patience)
      throws IOException, InterruptedException {
    HTTP.send(
        post("/session/" + conversation + "/abort", folder, Map.of()).timeout(patience).build(),
        BodyHandlers.discarding());
  }

  /** What happens in a folder, as server-sent events; goes on until it is closed. */
  InputStream events(Path folder) throws IOException, InterruptedException {
    HttpResponse<InputStream> answer =
        HTTP.send(request("/event", folder).build(), BodyHandlers.ofInputStream());
    if (answer.statusCode() != 200) {
      answer.body().close();
      throw new IOException("OpenCode answered " + answer.statusCode());
    }
    return answer.body();
  }

  private HttpRequest.Builder post(String path, Path folder, Map<String, Object> body) {
    return request(path, folder)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
  }

  private HttpRequest.Builder request(String path, Path folder) {
    String query = "?directory=" + URLEncoder.encode(folder.toString(), StandardCharsets.UTF_8);
    return authorised(URI.create("http://127.0.0.1:" + port + path + query));
  }

  private HttpRequest.Builder authorised(URI address) {
    return HttpRequest.newBuilder(address).header("Authorization", authorization);
  }

  private static JsonNode exchange(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    try {
      return read(HTTP.send(request.timeout(SHORT).build(), BodyHandlers.ofString()));
    } catch (java.io.UncheckedIOException refused) {
      throw refused.getCause();
    }
  }

  private static JsonNode read(HttpResponse<String> answer) {
    try {
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(
            "OpenCode answered " + answer.statusCode() + " to " + answer.uri().getPath());
      }
      return Json.mapper().readTree(answer.body());
    } catch (IOException failed) {
      throw new java.io.UncheckedIOException(failed);
    }
  }
}

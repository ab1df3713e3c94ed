package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** An integrator with plain HTTP. */
public record Client(String base, Optional<String> token) {
  public static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  public Client as(String newToken) {
    return new Client(base, Optional.of(newToken));
  }

  /** An execution with a client that may see it. */
  public record Created(Client client, JsonNode answer) {
    public String id() {
      return answer.get("execution_id").asText();
    }

    public JsonNode status() {
      return client.json(client.get("/api/status/" + id()), 200);
    }

    public JsonNode await(Predicate<JsonNode> condition) {
      return Awaitility.await()
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(100))
          .until(this::status, condition::test);
    }

    /** The state in which the run ends. */
    public JsonNode end() {
      return await(now -> !List.of("pending", "running").contains(now.get("status").asText()));
    }

    public JsonNode completed() {
      JsonNode end = end();
      assertThat(end.get("status").asText()).as(end.toPrettyString()).isEqualTo("completed");
      return end;
    }

    public Created post(String call, String body) {
      client.json(client.post("/api/" + call + "/" + id(), body), 202);
      return this;
    }
  }

  public static String email() {
    return "u" + UUID.randomUUID() + "@example.com";
  }

  public static Map<String, Object> wish(String brief) {
    Map<String, Object> wish = new LinkedHashMap<>();
    wish.put("email", email());
    wish.put("phone", "+12025550123");
    wish.put("host_provider", "local");
    wish.put("site_type", "static");
    wish.put("requirements", brief);
    return wish;
  }

  public Created create(String brief) {
    return create(wish(brief));
  }

  public Created create(Map<String, Object> wish) {
    JsonNode answer = json(post("/api/create-user", text(wish)), 202);
    return new Created(
        answer.has("access_token") ? as(answer.get("access_token").asText()) : this, answer);
  }

  public boolean answers(String path) {
    try {
      return get(path).statusCode() == 200;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  public HttpResponse<String> get(String path) {
    return send(request(path).GET());
  }

  public HttpResponse<String> delete(String path) {
    return send(request(path).DELETE());
  }

  public HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  public HttpResponse<String> post(String path, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  public HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(60));
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    return request;
  }

  public HttpResponse<String> send(HttpRequest.Builder request) {
    return send(request, BodyHandlers.ofString());
  }

  public byte[] bytes(String path) {
    return send(request(path).GET(), BodyHandlers.ofByteArray()).body();
  }

  public static <T> HttpResponse<T> send(
      HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler) {
    try {
      return HTTP.send(request.build(), handler);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  public JsonNode json(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    return tree(response.body());
  }

  public static JsonNode tree(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException(json, broken);
    }
  }

  public static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** One event of a stream. */
  public record Sent(Optional<Long> id, String name, JsonNode data) {}

  /** Reads a stream until its end, or until an event that is enough. */
  public List<Sent> stream(String path, Predicate<Sent> enough, String... headers) {
    HttpRequest.Builder request =
        request(path).timeout(PATIENCE).header("Accept", "text/event-stream").GET();
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<InputStream> response = send(request, BodyHandlers.ofInputStream());
    assertThat(response.statusCode()).isEqualTo(200);
    List<Sent> events = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      Optional<Long> id = Optional.empty();
      String name = "message";
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isEmpty()) {
          if (!data.isEmpty()) {
            Sent sent = new Sent(id, name, tree(data.toString()));
            events.add(sent);
            if (enough.test(sent)) {
              return events;
            }
          }
          id = Optional.empty();
          name = "message";
          data.setLength(0);
        } else if (line.startsWith("id:")) {
          id = Optional.of(Long.parseLong(line.substring(3).strip()));
        } else if (line.startsWith("event:")) {
          name = line.substring(6).strip();
        } else if (line.startsWith("data:")) {
          data.append(line.substring(5).strip());
        }
      }
    } catch (IOException cut) {
      return events; // the service was killed: what came before counts
    }
    return events;
  }
}

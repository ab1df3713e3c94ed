package dev.tmuxbuilder.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/**
 * Asks as a careful program does: with an idempotency key, and again where no answer came or the
 * answer was to come back later.
 */
record Integrator(Client client) {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration AGAIN = Duration.ofMillis(200);

  Client.Created create(String brief, String type) {
    Map<String, Object> wish = Client.wish(brief);
    wish.put("site_type", type);
    String body = Client.text(wish);
    String key = UUID.randomUUID().toString();
    JsonNode answer =
        client.json(
            until(() -> client.post("/api/create-user", body, "Idempotency-Key", key)), 202);
    return new Client.Created(client.as(answer.get("access_token").asText()), answer);
  }

  /** One word to the service, until it has answered it. */
  HttpResponse<String> post(String path, String body) {
    return until(() -> client.post(path, body));
  }

  private interface Call {
    HttpResponse<String> send();
  }

  private static HttpResponse<String> until(Call call) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        HttpResponse<String> answer = call.send();
        boolean later = answer.statusCode() == 429 || answer.statusCode() >= 500;
        if (!later || System.nanoTime() > end) {
          return answer;
        }
      } catch (UncheckedIOException cut) {
        if (System.nanoTime() > end) {
          throw cut;
        }
      }
      Pause.of(AGAIN);
    }
  }
}

package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Requests that the OpenAPI document gives rise to, nearly valid ones and rubbish: none is a fault
 * of the service, none is slow, none tells what is inside.
 */
@ExtendWith(SharedServer.class)
class GeneratedRequestsTest {
  private static final int OF_EACH_OPERATION = 60;
  private static final Duration SLOW = Duration.ofSeconds(10);
  private static final Set<String> ENDLESS_OR_STARTING =
      Set.of("stream", "createUser", "destroy", "eraseUser");
  private static final List<String> RUBBISH =
      List.of(
          "",
          " ",
          "0",
          "-1",
          "1e9",
          "99999999999999999999",
          "null",
          "true",
          "{}",
          "[]",
          "[[[[[[",
          "\"",
          "{\"a\":",
          "\u0000",
          "\ud83d\ude00",
          "ÿþ",
          "../../etc/passwd",
          "%2e%2e%2f",
          "a\nb",
          "' or 1=1 --",
          "<script>",
          "${jndi:x}",
          "x".repeat(5_000),
          "{\"role\":{}}",
          "{\"role\":\"owner\"}",
          "{\"email\":\"a@b.cc\",\"role\":\"viewer\",\"x\":1}",
          "{\"name\":\"n\",\"scope\":\"viewer\",\"days\":2147483648}",
          "{\"name\":\"n\",\"scope\":\"viewer\",\"days\":1.5}",
          "{\"name\":\"\\u0000\",\"scope\":\"viewer\",\"days\":1}",
          "{\"message\":\"\\ud800\"}",
          "{\"release\":0}",
          "{\"release\":\"1\"}",
          "{\"token\":[]}",
          "[".repeat(2_000),
          "{\"a\":".repeat(2_000));

  private final ServerProcess server;
  private final Client nobody;

  GeneratedRequestsTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  @Test
  void noneIsAFaultOfTheService() {
    Organisation ours = Organisation.of(nobody);
    Random random = new Random(20261125);
    JsonNode document =
        Client.tree(
            nobody
                .send(nobody.request("/q/openapi").header("Accept", "application/json").GET())
                .body());
    List<String> wrong = new ArrayList<>();
    int[] sent = {0};
    for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
      for (Map.Entry<String, JsonNode> method : path.getValue().properties()) {
        String id = method.getValue().path("operationId").asText();
        if (!method.getValue().has("responses") || ENDLESS_OR_STARTING.contains(id)) {
          continue;
        }
        for (int i = 0; i < OF_EACH_OPERATION; i++) {
          sent[0]++;
          one(ours, random, method.getKey().toUpperCase(Locale.ROOT), path.getKey(), wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(sent[0]).isGreaterThan(1_000);
  }

  private static void one(
      Organisation ours, Random random, String method, String path, List<String> wrong) {
    StringBuilder filled = new StringBuilder();
    for (String part : path.split("(?=\\{)|(?<=})")) {
      filled.append(part.startsWith("{") ? value(ours, random, part) : part);
    }
    if (random.nextBoolean()) {
      String name =
          List.of("since", "limit", "run", "viewport", "cursor", "x").get(random.nextInt(6));
      filled.append('?').append(name).append('=').append(encoded(rubbish(random)));
    }
    String body = rubbish(random);
    HttpRequest.Builder request =
        ours.admin()
            .request(filled.toString())
            .header("Content-Type", random.nextInt(8) == 0 ? "text/plain" : "application/json")
            .method(
                method,
                method.equals("GET")
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    long start = System.nanoTime();
    HttpResponse<String> answer = answer(ours, request);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    String text = answer.body();
    boolean leaks =
        text.contains("Exception")
            || text.contains("dev.tmuxbuilder")
            || text.contains("io.vertx")
            || text.contains("select ");
    if (answer.statusCode() == 500 || leaks || took.compareTo(SLOW) > 0) {
      wrong.add(
          "%s %s %s: %d in %s %s"
              .formatted(method, filled, body, answer.statusCode(), took, answer.body()));
    }
  }

  /**
   * A line that is too long is answered and its connection closed; the client may not have seen
   * that when it sends the next request over it (RFC 9112, 9.3.1).
   */
  private static HttpResponse<String> answer(Organisation ours, HttpRequest.Builder request) {
    try {
      return ours.admin().send(request);
    } catch (UncheckedIOException closed) {
      return ours.admin().send(request);
    }
  }

  /** Ours, another's form of it, or rubbish. */
  private static String value(Organisation ours, Random random, String parameter) {
    return switch (random.nextInt(4)) {
      case 0 -> encoded(rubbish(random));
      case 1 -> UUID.randomUUID().toString();
      default ->
          switch (parameter) {
            case "{execution_id}" -> ours.execution();
            case "{tenant_id}", "{user_id}" -> ours.tenant();
            default -> "1";
          };
    };
  }

  private static String rubbish(Random random) {
    return RUBBISH.get(random.nextInt(RUBBISH.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}

package dev.tmuxbuilder.hosting.local;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks a site's process whether it is ready, and whether it is the right release. */
final class HealthProbe {
  private static final Duration ANSWER_DEADLINE = Duration.ofSeconds(2);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);
  private static final int OK = 200;
  private static final int LARGEST_ANSWER = 16 << 10;

  private final HttpClient client;

  HealthProbe(Vertx vertx) {
    this.client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setKeepAlive(false)
                    .setConnectTimeout(1_000)
                    .setMaxPoolSize(16))
            .withConnectHandler(Quiet::connection)
            .build();
  }

  void close() {
    client.close();
  }

  /** Waits until the process is healthy, has ended, or the deadline is over. Blocks. */
  boolean awaitHealthy(SiteProcess process, String sha256, Duration deadline)
      throws InterruptedException {
    long end = System.nanoTime() + deadline.toNanos();
    Duration pause = FIRST_PAUSE;
    while (process.alive() && System.nanoTime() < end) {
      if (healthy(process.port(), sha256)) {
        return process.alive();
      }
      Thread.sleep(pause);
      pause = pause.multipliedBy(3).dividedBy(2);
      pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
    }
    return false;
  }

  /** Whether {@code /healthz} answers 200 with the release's digest, now. Blocks. */
  boolean healthy(int port, String sha256) throws InterruptedException {
    try {
      return client
          .request(HttpMethod.GET, port, "127.0.0.1", "/healthz")
          .compose(request -> Quiet.request(request).send())
          .compose(response -> release(response))
          .map(sha256::equals)
          .toCompletionStage()
          .toCompletableFuture()
          .get(ANSWER_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    }
  }

  private static Future<String> release(HttpClientResponse response) {
    if (response.statusCode() != OK) {
      return Future.failedFuture("status " + response.statusCode());
    }
    return response
        .body()
        .map(
            body -> {
              if (body.length() > LARGEST_ANSWER) {
                return "";
              }
              try {
                return String.valueOf(new JsonObject(body).getValue("release"));
              } catch (DecodeException notJson) {
                return "";
              }
            });
  }
}

package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.platform.Settings;
import io.github.bucket4j.Bucket;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** Who guesses tokens is not listened to for a while; counted by address, on each node. */
@ApplicationScoped
class Lockout {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final int most;
  private final Cache<String, Bucket> failures =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(WINDOW).build();

  Lockout(Settings settings) {
    this.most = settings.api().failedSignIns();
  }

  /**
   * @throws ApiException where too many have failed from there
   */
  void check(HttpServerRequest request) {
    Bucket bucket = failures.getIfPresent(address(request));
    if (bucket != null && bucket.getAvailableTokens() <= 0) {
      long wait = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
      throw ApiException.tooMany(
          "Too many credentials from this address were wrong. Wait.",
          (int) Math.max(1, Duration.ofNanos(wait).toSeconds()));
    }
  }

  void failed(HttpServerRequest request) {
    failures.get(address(request), ignored -> bucket()).tryConsume(1);
  }

  private Bucket bucket() {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(most).refillGreedy(most, WINDOW))
        .build();
  }

  private static String address(HttpServerRequest request) {
    return request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
  }
}

package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.tenancy.Caller;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.time.Duration;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/**
 * How often a user, a tenant and who is not known from one address may call in a minute, on each
 * node. The operator may as often as it takes.
 */
@ApplicationScoped
class RequestRates {
  private static final Duration WINDOW = Duration.ofMinutes(1);

  private final long perUser;
  private final long perTenant;
  private final Cache<String, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(WINDOW).build();

  RequestRates(Settings settings) {
    this.perUser = settings.api().requestsPerUser();
    this.perTenant = settings.api().requestsPerTenant();
  }

  /**
   * @throws ApiException where one has called too often
   */
  @ServerRequestFilter(priority = Priorities.AUTHENTICATION + 50)
  public void count(ContainerRequestContext request, HttpServerRequest connection) {
    switch (Access.caller(request)) {
      case Caller.Operator() -> {}
      case Caller.Anonymous() -> take("address " + address(connection), perUser, "This address");
      case Caller.User user -> {
        take("user " + user.id(), perUser, "You");
        take("tenant " + user.tenant(), perTenant, "Your tenant");
      }
    }
  }

  private void take(String who, long most, String words) {
    ConsumptionProbe probe =
        buckets.get(who, ignored -> bucket(most)).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      long wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1;
      throw ApiException.tooMany(
          words + " called more than " + most + " times in a minute. Wait and call less often.",
          (int) wait);
    }
  }

  private static Bucket bucket(long most) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(most).refillGreedy(most, WINDOW))
        .build();
  }

  private static String address(HttpServerRequest request) {
    return request.remoteAddress() == null ? "" : request.remoteAddress().hostAddress();
  }
}

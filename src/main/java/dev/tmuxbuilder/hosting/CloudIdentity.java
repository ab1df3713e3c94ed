package dev.tmuxbuilder.hosting;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.jboss.logging.Logger;

/**
 * Finds out soon after the start who acts on a cloud, or why nobody can, and says it in the log and
 * beside readiness. A service without that cloud serves its other sites all the same, so it is
 * ready in any case.
 */
public final class CloudIdentity {
  private static final Logger LOG = Logger.getLogger(CloudIdentity.class);

  /** A cloud's SDK is loaded when the start is over, not in the middle of it. */
  private static final Duration AFTER_START = Duration.ofSeconds(3);

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final String cloud;
  private final String region;
  private volatile Map<String, String> seen = Map.of("configured", "no");

  /**
   * @param cloud as people write it: {@code AWS}
   * @param region where it makes things
   */
  public CloudIdentity(String cloud, String region) {
    this.cloud = cloud;
    this.region = region;
  }

  /** Where nothing is set for the cloud, this is not called, and nothing of it is loaded. */
  public void look(Uni<String> identity) {
    seen = Map.of("configured", "yes", "identity", "not known yet");
    identity
        .onSubscription()
        .call(() -> Uni.createFrom().voidItem().onItem().delayIt().by(AFTER_START))
        .ifNoItem()
        .after(LONGEST)
        .fail()
        .subscribe()
        .with(
            who -> {
              seen = Map.of("configured", "yes", "identity", who, "region", region);
              LOG.infof("%s: %s, region %s", cloud, who, region);
            },
            failure -> {
              seen = Map.of("configured", "yes", "problem", String.valueOf(failure.getMessage()));
              LOG.warnf("%s cannot be used: %s", cloud, failure.getMessage());
            });
  }

  public HealthCheckResponse answer() {
    var answer = HealthCheckResponse.named(cloud).up();
    seen.forEach(answer::withData);
    return answer.build();
  }
}

package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import org.jboss.logging.Logger;

/**
 * Says soon after the start who acts on AWS, or why nobody can: in the log and beside readiness. A
 * service without AWS serves its other sites all the same, so it is ready in any case.
 */
@Readiness
@ApplicationScoped
class AwsIdentity implements HealthCheck {
  private static final Logger LOG = Logger.getLogger(AwsIdentity.class);

  /** The SDK is loaded when the start is over, not in the middle of it. */
  private static final Duration AFTER_START = Duration.ofSeconds(3);

  private static final Duration LONGEST = Duration.ofSeconds(30);

  private final Settings.Aws settings;
  private final AwsHost host;
  private volatile Map<String, String> seen = Map.of("configured", "no");

  AwsIdentity(Settings settings, AwsHost host) {
    this.settings = settings.aws();
    this.host = host;
  }

  void look(@Observes StartupEvent started) {
    if (!isConfigured(System.getenv(), Path.of(System.getProperty("user.home")))) {
      return;
    }
    seen = Map.of("configured", "yes", "identity", "not known yet");
    host.identity()
        .onSubscription()
        .call(() -> Uni.createFrom().voidItem().onItem().delayIt().by(AFTER_START))
        .ifNoItem()
        .after(LONGEST)
        .fail()
        .subscribe()
        .with(
            who -> {
              seen = Map.of("configured", "yes", "identity", who, "region", settings.region());
              LOG.infof("AWS: %s, region %s", who, settings.region());
            },
            failure -> {
              seen = Map.of("configured", "yes", "problem", String.valueOf(failure.getMessage()));
              LOG.warnf("AWS cannot be used: %s", failure.getMessage());
            });
  }

  /** Whether somebody has set something for AWS, judged without the SDK. */
  private boolean isConfigured(Map<String, String> environment, Path home) {
    return settings.endpoint().isPresent()
        || settings.role().isPresent()
        || environment.keySet().stream().anyMatch(name -> name.startsWith("AWS_"))
        || Stream.of("credentials", "config")
            .anyMatch(name -> Files.exists(home.resolve(".aws").resolve(name)));
  }

  @Override
  public HealthCheckResponse call() {
    var answer = HealthCheckResponse.named("AWS").up();
    seen.forEach(answer::withData);
    return answer.build();
  }
}

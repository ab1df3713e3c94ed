package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.CloudIdentity;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Who acts on AWS. */
@Readiness
@ApplicationScoped
class AwsIdentity implements HealthCheck {
  private final Settings.Aws settings;
  private final AwsHost host;
  private final CloudIdentity identity;

  AwsIdentity(Settings settings, AwsHost host) {
    this.settings = settings.aws();
    this.host = host;
    this.identity = new CloudIdentity("AWS", settings.aws().region());
  }

  void look(@Observes StartupEvent started) {
    if (isConfigured(System.getenv(), Path.of(System.getProperty("user.home")))) {
      identity.look(host.identity());
    }
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
    return identity.answer();
  }
}

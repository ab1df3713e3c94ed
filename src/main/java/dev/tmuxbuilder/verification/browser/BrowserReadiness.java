package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Without a browser nothing can be proved: the service says so at its start, not in step 6. */
@Readiness
@ApplicationScoped
class BrowserReadiness implements HealthCheck {
  private final Settings settings;

  BrowserReadiness(Settings settings) {
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) {
    Installation.missing(settings.browser())
        .ifPresent(
            missing -> {
              throw new Refusal(missing.message(), missing.hint());
            });
  }

  /** Looks at the disk only. */
  @Override
  public HealthCheckResponse call() {
    var missing = Installation.missing(settings.browser());
    var answer = HealthCheckResponse.named("Browser").status(missing.isEmpty());
    missing.ifPresent(words -> answer.withData("problem", words.toString()));
    return answer.build();
  }
}

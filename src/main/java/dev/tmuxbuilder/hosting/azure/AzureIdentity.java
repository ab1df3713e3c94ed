package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.CloudIdentity;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** In which subscription the service works on Azure. */
@Readiness
@ApplicationScoped
class AzureIdentity implements HealthCheck {
  private final Settings.Azure settings;
  private final AzureHost host;
  private final CloudIdentity identity;

  AzureIdentity(Settings settings, AzureHost host) {
    this.settings = settings.azure();
    this.host = host;
    this.identity = new CloudIdentity("Azure", settings.azure().location());
  }

  void look(@Observes StartupEvent started) {
    if (AzureSigns.here().any(settings)) {
      identity.look(host.identity());
    }
  }

  @Override
  public HealthCheckResponse call() {
    return identity.answer();
  }
}

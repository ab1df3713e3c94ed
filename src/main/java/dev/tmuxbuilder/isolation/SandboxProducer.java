package dev.tmuxbuilder.isolation;

import dev.tmuxbuilder.platform.Settings;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** The one sandbox of the service. */
final class SandboxProducer {
  private SandboxProducer() {}

  @Produces
  @Singleton
  static Sandbox sandbox(Settings settings) {
    return Sandbox.of(settings);
  }
}

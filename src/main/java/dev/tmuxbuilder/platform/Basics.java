package dev.tmuxbuilder.platform;

import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.random.RandomGenerator;

/** Clock, chance, data directory: injected, so that a test can choose them. */
final class Basics {
  private Basics() {}

  @Produces
  @Singleton
  static Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  static RandomGenerator random() {
    return new SecureRandom();
  }

  @Produces
  @Singleton
  static DataDirectory dataDirectory(Settings settings) {
    return DataDirectory.open(settings.dataDir());
  }

  @Produces
  @Singleton
  static LostAndFound lostAndFound(DataDirectory directory) {
    return new LostAndFound(directory);
  }

  @Produces
  @Singleton
  static NodeName nodeName(Settings settings) {
    return new NodeName(settings.nodeName().orElseThrow());
  }
}

package dev.tmuxbuilder.hosting.local;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Growing pauses between restarts: doubled each time, with jitter. Not safe for several threads.
 */
final class Backoff {
  static final Duration FIRST = Duration.ofMillis(200);
  static final Duration LONGEST = Duration.ofSeconds(30);

  private final RandomGenerator random;
  private Duration next = FIRST;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /** The next pause, between three quarters and five quarters of its nominal length. */
  Duration next() {
    Duration nominal = next;
    Duration doubled = nominal.multipliedBy(2);
    next = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    return Duration.ofMillis((long) (nominal.toMillis() * random.nextDouble(0.75, 1.25)));
  }

  void reset() {
    next = FIRST;
  }
}

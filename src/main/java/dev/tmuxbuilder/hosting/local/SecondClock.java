package dev.tmuxbuilder.hosting.local;

import java.time.InstantSource;

/**
 * The Date header's value, made once a second. For one event loop; not safe for several threads.
 */
final class SecondClock {
  private final InstantSource source;
  private HttpDate now;

  SecondClock(InstantSource source) {
    this.source = source;
    this.now = HttpDate.of(source.instant());
  }

  HttpDate now() {
    if (source.millis() / 1000 != now.epochSecond()) {
      now = HttpDate.of(source.instant());
    }
    return now;
  }
}

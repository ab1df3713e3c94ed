package dev.tmuxbuilder.cluster;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Time between two looks or two events of a scenario; never a guess that something is done. */
final class Pause {
  private Pause() {}

  static void of(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}

package dev.tmuxbuilder.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.ExecutionId;
import java.time.Duration;

/** How often, and how many at a time, each execution's agent may call; of this node. */
public final class Rates {
  private static final double NANOS_PER_MINUTE = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private final int atATime;
  private final Cache<ExecutionId, Bucket> buckets =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterAccess(Duration.ofHours(1)).build();

  public Rates(int perMinute, int atATime) {
    this.perMinute = perMinute;
    this.atATime = atATime;
  }

  /** Whether one more call may be made; then it must be told when the call has ended. */
  public boolean enter(ExecutionId execution) {
    return bucket(execution).enter(perMinute, atATime, System.nanoTime());
  }

  public void leave(ExecutionId execution) {
    bucket(execution).leave();
  }

  private Bucket bucket(ExecutionId execution) {
    return buckets.get(execution, key -> new Bucket(perMinute, System.nanoTime()));
  }

  /** Fills up evenly; each call takes one. */
  private static final class Bucket {
    private double left;
    private long asOf;
    private int underWay;

    Bucket(int full, long now) {
      this.left = full;
      this.asOf = now;
    }

    synchronized boolean enter(int perMinute, int atATime, long now) {
      left = Math.min(perMinute, left + (now - asOf) / NANOS_PER_MINUTE * perMinute);
      asOf = now;
      if (left < 1 || underWay >= atATime) {
        return false;
      }
      left--;
      underWay++;
      return true;
    }

    synchronized void leave() {
      underWay = Math.max(0, underWay - 1);
    }
  }
}

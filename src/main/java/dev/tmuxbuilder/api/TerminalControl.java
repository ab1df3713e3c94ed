package dev.tmuxbuilder.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.ExecutionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Who has said that they want to type into which terminal. Kept on this node, where the terminal
 * is, and for a while only: nobody types by mistake, or in a page that was left open.
 */
@ApplicationScoped
class TerminalControl {
  private static final Duration HELD = Duration.ofMinutes(10);
  private static final int MOST = 1_000;

  private final Cache<Key, Instant> held =
      Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(HELD).build();
  private final Clock clock;

  TerminalControl(Clock clock) {
    this.clock = clock;
  }

  private record Key(ExecutionId execution, String caller) {}

  /** Takes it, or keeps it longer; until when. */
  Instant take(ExecutionId execution, String caller) {
    Instant until = clock.instant().plus(HELD);
    held.put(new Key(execution, caller), until);
    return until;
  }

  void give(ExecutionId execution, String caller) {
    held.invalidate(new Key(execution, caller));
  }

  boolean has(ExecutionId execution, String caller) {
    return held.getIfPresent(new Key(execution, caller)) != null;
  }
}

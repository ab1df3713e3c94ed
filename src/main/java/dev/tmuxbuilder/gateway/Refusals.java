package dev.tmuxbuilder.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.ExecutionId;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** With which status each execution was refused last: some agents do not pass that on. */
@ApplicationScoped
class Refusals {
  static final int UNKNOWN = 503;

  private final Cache<ExecutionId, Integer> last =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();

  void note(ExecutionId execution, int status) {
    last.put(execution, status);
  }

  int last(ExecutionId execution) {
    Integer status = last.getIfPresent(execution);
    return status == null ? UNKNOWN : status;
  }
}

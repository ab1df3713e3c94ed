package dev.tmuxbuilder.stream;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Answers that were given since an execution's journal last grew, ready to be sent again. Nothing
 * is remembered while the word of other nodes does not arrive.
 */
@ApplicationScoped
public class StatusCache {
  private static final int EXECUTIONS = 2_000;
  private static final int PAGES = 8;

  private final Cache<ExecutionId, Map<Page, CompletableFuture<byte[]>>> answers =
      Caffeine.newBuilder()
          .maximumSize(EXECUTIONS)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();
  private volatile boolean trusted;

  /** A part of an execution's log. */
  public record Page(long since, int limit) {}

  /** The remembered answer, or the one that {@code make} gives. */
  public Uni<byte[]> get(ExecutionId id, Page page, Supplier<Uni<byte[]>> make) {
    if (!trusted) {
      return make.get();
    }
    Map<Page, CompletableFuture<byte[]>> pages = answers.get(id, key -> new ConcurrentHashMap<>());
    CompletableFuture<byte[]> known = pages.get(page);
    if (known == null) {
      if (pages.size() >= PAGES) {
        pages.clear();
      }
      CompletableFuture<byte[]> mine = new CompletableFuture<>();
      known = pages.putIfAbsent(page, mine);
      if (known == null) {
        make.get()
            .subscribe()
            .with(
                mine::complete,
                failure -> {
                  pages.remove(page, mine);
                  mine.completeExceptionally(failure);
                });
        known = mine;
      }
    }
    CompletableFuture<byte[]> answer = known;
    return Uni.createFrom().completionStage(answer.copy());
  }

  void forget(ExecutionId id) {
    answers.invalidate(id);
  }

  void trust(boolean complete) {
    trusted = complete;
    answers.invalidateAll();
  }
}

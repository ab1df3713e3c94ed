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
  /** For how long an answer serves that depends on more than its own execution. */
  private static final long MOMENT = Duration.ofSeconds(1).toNanos();

  private static final int EXECUTIONS = 2_000;
  private static final int PAGES = 8;

  private final Cache<ExecutionId, Map<Page, Kept>> answers =
      Caffeine.newBuilder()
          .maximumSize(EXECUTIONS)
          .expireAfterAccess(Duration.ofMinutes(10))
          .build();
  private volatile boolean trusted;

  /** A part of an execution's log. */
  public record Page(long since, int limit) {}

  /**
   * An answer.
   *
   * @param lasting whether it stays right until the execution's journal grows
   */
  public record Answer(byte[] body, boolean lasting) {}

  private record Kept(CompletableFuture<Answer> answer, long since) {
    boolean stale(long now) {
      return answer.isDone()
          && !answer.isCompletedExceptionally()
          && !answer.join().lasting()
          && now - since > MOMENT;
    }
  }

  /** The remembered answer, or the one that {@code make} gives. */
  public Uni<byte[]> get(ExecutionId id, Page page, Supplier<Uni<Answer>> make) {
    if (!trusted) {
      return make.get().map(Answer::body);
    }
    long now = System.nanoTime();
    Map<Page, Kept> pages = answers.get(id, key -> new ConcurrentHashMap<>());
    Kept known = pages.get(page);
    if (known != null && known.stale(now)) {
      pages.remove(page, known);
      known = null;
    }
    if (known == null) {
      if (pages.size() >= PAGES) {
        pages.clear();
      }
      Kept mine = new Kept(new CompletableFuture<>(), now);
      known = pages.putIfAbsent(page, mine);
      if (known == null) {
        make.get()
            .subscribe()
            .with(
                mine.answer()::complete,
                failure -> {
                  pages.remove(page, mine);
                  mine.answer().completeExceptionally(failure);
                });
        known = mine;
      }
    }
    CompletableFuture<Answer> answer = known.answer();
    return Uni.createFrom().completionStage(answer.copy()).map(Answer::body);
  }

  void forget(ExecutionId id) {
    answers.invalidate(id);
  }

  void trust(boolean complete) {
    trusted = complete;
    answers.invalidateAll();
  }
}

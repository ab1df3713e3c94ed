package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Stoppers;
import io.smallrye.mutiny.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The runs that this node is working on, and how to stop them. */
@ApplicationScoped
class ActiveRuns implements Stoppers {
  private final Map<ExecutionId, Active> active = new ConcurrentHashMap<>();

  private record Active(CompletableFuture<ExecutionStatus> end, Cancellable work) {
    void stop(RuntimeException why) {
      work.cancel();
      end.completeExceptionally(why);
    }
  }

  /** Somebody asked for the run to be stopped. */
  static final class Cancelled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Cancelled() {
      super("the run was cancelled", null, false, false);
    }
  }

  /** The service is about to stop; the run goes on elsewhere or later. */
  static final class Draining extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Draining() {
      super("the service is about to stop; the run goes on", null, false, false);
    }
  }

  /**
   * Works until the end, the deadline, or a stop. Blocks.
   *
   * @throws Cancelled where somebody asked for a stop
   * @throws Draining where the service is about to stop
   * @throws TimeoutException after the deadline
   */
  ExecutionStatus await(
      ExecutionId execution, Uni<ExecutionStatus> work, Context context, Duration deadline)
      throws InterruptedException, TimeoutException {
    CompletableFuture<ExecutionStatus> end = new CompletableFuture<>();
    Cancellable subscription =
        work.subscribe().with(context, end::complete, end::completeExceptionally);
    Active entry = new Active(end, subscription);
    active.put(execution, entry);
    try {
      return end.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(failed.getCause());
    } finally {
      subscription.cancel();
      active.remove(execution, entry);
    }
  }

  @Override
  public void stop(ExecutionId execution) {
    Active entry = active.get(execution);
    if (entry != null) {
      entry.stop(new Cancelled());
    }
  }

  void drain() {
    active.values().forEach(entry -> entry.stop(new Draining()));
  }

  int size() {
    return active.size();
  }
}

package dev.tmuxbuilder.platform;

import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.Callable;

/** Blocking work behind a {@link Uni}. */
public final class VirtualThreads {
  private VirtualThreads() {}

  /**
   * Runs {@code work} on a virtual thread of its own once for each subscription; the item or the
   * failure is emitted from that thread. Cancelling the subscription interrupts the thread.
   *
   * @param name of the thread, for whoever reads a thread dump
   */
  @CheckReturnValue
  public static <T> Uni<T> call(String name, Callable<? extends T> work) {
    return Uni.createFrom()
        .emitter(
            emitter -> {
              Thread thread =
                  Thread.ofVirtual()
                      .name(name)
                      .unstarted(
                          () -> {
                            T item;
                            try {
                              item = work.call();
                            } catch (Throwable failure) { // whatever it is, the subscriber hears it
                              emitter.fail(failure);
                              return;
                            }
                            emitter.complete(item);
                          });
              emitter.onTermination(thread::interrupt);
              thread.start();
            });
  }

  /** Like {@link #call} for work without a result. */
  @CheckReturnValue
  public static Uni<Void> run(String name, Action work) {
    return call(
            name,
            () -> {
              work.run();
              return Boolean.TRUE;
            })
        .replaceWithVoid();
  }

  /** Work without a result that may throw. */
  @FunctionalInterface
  public interface Action {
    void run() throws Exception;
  }
}

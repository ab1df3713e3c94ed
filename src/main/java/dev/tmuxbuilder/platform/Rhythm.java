package dev.tmuxbuilder.platform;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Work that comes again and again, by a clock that nobody can set. (quarkus-scheduler's intervals
 * are taken from the wall clock, and rest for an hour where that is set back by one.)
 */
public final class Rhythm {
  private static final System.Logger LOG = System.getLogger(Rhythm.class.getName());
  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private Rhythm() {}

  /**
   * Begins at once. A turn that takes longer than the pause delays the next; one that fails is
   * logged at debug level and followed by the next.
   *
   * @param name for the log
   * @param work must not block before it gives its Uni
   */
  public static Cancellable every(Duration pause, String name, Supplier<Uni<Void>> work) {
    return Multi.createFrom()
        .ticks()
        .startingAfter(AT_ONCE)
        .every(pause)
        .onOverflow()
        .drop()
        .onItem()
        .transformToUniAndConcatenate(
            tick ->
                Uni.createFrom()
                    .<Void>deferred(work::get)
                    .onFailure()
                    .recoverWithItem(
                        failure -> {
                          LOG.log(System.Logger.Level.DEBUG, name + " failed this time", failure);
                          return null;
                        }))
        .subscribe()
        .with(ignored -> {});
  }
}

package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Looks again and again at something that takes its time, with growing pauses and a deadline. Holds
 * no thread between two looks; cancelling ends it at once.
 *
 * @param cloud by whose name failures go: {@code aws}
 * @param first pause
 * @param patience for all of it
 */
public record Wait(String cloud, Duration first, Duration patience) {
  private static final Duration LONGEST = Duration.ofSeconds(15);

  /**
   * @param what is waited for, for watchers: "CloudFront spreads the change"
   * @return the first look that is good enough; fails with {@code aws_too_slow} or the like after
   *     the deadline
   */
  @CheckReturnValue
  public <T> Uni<T> until(
      String stage, String what, Progress progress, Supplier<Uni<T>> look, Predicate<T> enough) {
    return Uni.createFrom()
        .deferred(() -> look(stage, what, progress, look, enough, System.nanoTime(), first));
  }

  public Wait withPatience(Duration most) {
    return new Wait(cloud, first, most.compareTo(patience) < 0 ? most : patience);
  }

  private <T> Uni<T> look(
      String stage,
      String what,
      Progress progress,
      Supplier<Uni<T>> look,
      Predicate<T> enough,
      long since,
      Duration pause) {
    return look.get()
        .chain(
            seen -> {
              if (enough.test(seen)) {
                return Uni.createFrom().item(seen);
              }
              Duration waited = Duration.ofNanos(System.nanoTime() - since);
              if (waited.compareTo(patience) > 0) {
                return Uni.createFrom().failure(tooSlow(stage, what));
              }
              progress.info(
                  stage,
                  "%s: waiting for %d s, %d s at most"
                      .formatted(what, waited.toSeconds(), patience.toSeconds()),
                  Map.of("waiting_for", what, "waited_ms", waited.toMillis()));
              return Uni.createFrom()
                  .voidItem()
                  .onItem()
                  .delayIt()
                  .by(pause)
                  .chain(() -> look(stage, what, progress, look, enough, since, longer(pause)));
            });
  }

  private static Duration longer(Duration pause) {
    Duration next = pause.multipliedBy(3).dividedBy(2);
    return next.compareTo(LONGEST) > 0 ? LONGEST : next;
  }

  private StepFailure tooSlow(String stage, String what) {
    return StepFailure.retryable(
        stage,
        cloud + "_too_slow",
        what + ": not done after " + patience.toSeconds() + " s.",
        "Redeploy: it goes on where it was. An operator can raise TMUXBUILDER_"
            + cloud.toUpperCase(Locale.ROOT)
            + "_PATIENCE.");
  }
}

package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A resource as Resource Manager has it: it is looked at, made or set right where it is not as
 * wanted, and waited for. What Azure is doing is read from the resource's own provisioning state,
 * so that whoever comes after a crash goes on as if it had begun.
 *
 * @param what in words, for watchers
 * @param find looks; nothing where it is not there
 * @param state its provisioning state
 */
record Managed<T>(
    String what, Supplier<Uni<Optional<T>>> find, Function<T, String> state, Wait patience) {
  private static final Set<String> ENDED = Set.of("succeeded", "failed", "canceled", "");
  private static final Set<String> BROKEN = Set.of("failed", "canceled");

  /**
   * @param wanted whether it is as it should be
   * @param put makes it, or sets right what is there
   */
  @CheckReturnValue
  Uni<T> ensure(
      String stage, Predicate<T> wanted, Function<Optional<T>, Uni<Void>> put, Progress progress) {
    return settled(stage, progress)
        .chain(
            there ->
                there.filter(one -> !isBroken(one) && wanted.test(one)).isPresent()
                    ? Uni.createFrom().item(there.get())
                    : put.apply(there)
                        .chain(() -> made(stage, progress))
                        .invoke(
                            () ->
                                progress.info(
                                    stage, (there.isEmpty() ? "Made " : "Set right: ") + what)));
  }

  private Uni<Optional<T>> settled(String stage, Progress progress) {
    return patience.until(
        stage,
        "Azure works on " + what,
        progress,
        find,
        seen -> seen.isEmpty() || hasEnded(seen.get()));
  }

  private Uni<T> made(String stage, Progress progress) {
    return patience
        .until(
            stage,
            "Azure works on " + what,
            progress,
            find,
            seen -> seen.filter(this::hasEnded).isPresent())
        .map(Optional::orElseThrow)
        .invoke(
            one -> {
              if (isBroken(one)) {
                throw StepFailure.retryable(
                    stage,
                    "azure_failed",
                    "Azure could not make " + what + ": it is " + state.apply(one) + ".",
                    "Redeploy to try again; the activity log of the resource group says why.");
              }
            });
  }

  /** Waits until it is not there any more. */
  @CheckReturnValue
  Uni<Void> gone(String stage, Progress progress) {
    return patience
        .until(stage, "Azure removes " + what, progress, find, Optional::isEmpty)
        .replaceWithVoid();
  }

  private boolean hasEnded(T one) {
    return ENDED.contains(state.apply(one).toLowerCase(Locale.ROOT));
  }

  private boolean isBroken(T one) {
    return BROKEN.contains(state.apply(one).toLowerCase(Locale.ROOT));
  }
}

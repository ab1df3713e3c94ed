package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.RunWatch;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Calls of the SDK as {@link Uni}, with failures in this service's words. */
final class Calls {
  private Calls() {}

  /**
   * Makes a call for each subscription; cancelling gives it up. Failures are {@code StepFailure}.
   *
   * @param call service and operation, as IAM spells them
   */
  @CheckReturnValue
  static <T> Uni<T> make(String stage, String call, Supplier<? extends CompletionStage<T>> made) {
    return raw(made).onFailure().transform(failure -> AwsFailures.of(stage, call, failure));
  }

  /** Like {@link #make}, but failures stay as the SDK has them, for who decides by them. */
  @CheckReturnValue
  static <T> Uni<T> raw(Supplier<? extends CompletionStage<T>> made) {
    return Uni.createFrom()
        .context(
            context -> Uni.createFrom().completionStage(() -> RunWatch.of(context).within(made)));
  }
}

package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.StepFailure;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Makes what must not be made twice, with calls that AWS does not recognise when they come again:
 * it is looked for before every try. The calls themselves are made without the SDK's own retries.
 */
record Once(Duration pause) {
  private static final int TRIES = 4;

  @CheckReturnValue
  <T> Uni<T> make(Supplier<Uni<Optional<T>>> find, Supplier<Uni<T>> create) {
    return attempt(find, create, 1);
  }

  private <T> Uni<T> attempt(Supplier<Uni<Optional<T>>> find, Supplier<Uni<T>> create, int number) {
    return find.get()
        .chain(
            found ->
                found
                    .map(there -> Uni.createFrom().item(there))
                    .orElseGet(
                        () ->
                            create
                                .get()
                                .onFailure(failure -> number < TRIES && mayPass(failure))
                                .recoverWithUni(
                                    failure ->
                                        Uni.createFrom()
                                            .voidItem()
                                            .onItem()
                                            .delayIt()
                                            .by(pause.multipliedBy(number))
                                            .chain(() -> attempt(find, create, number + 1)))));
  }

  private static boolean mayPass(Throwable failure) {
    return failure instanceof StepFailure known && known.info().retryable();
  }
}

package dev.tmuxbuilder.hosting.azure;

import com.azure.core.http.rest.Response;
import com.azure.core.util.FluxUtil;
import com.azure.core.util.polling.AsyncPollResponse;
import com.azure.core.util.polling.LongRunningOperationStatus;
import com.azure.core.util.polling.PollerFlux;
import dev.tmuxbuilder.execution.RunWatch;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Calls of the SDK as {@link Uni}, with failures in this service's words. */
final class Calls {
  private Calls() {}

  /**
   * Makes a call for each subscription; cancelling gives it up. Failures are {@code StepFailure}.
   *
   * @param call the action, as Azure's roles spell it
   */
  @CheckReturnValue
  static <T> Uni<T> make(String stage, String call, Supplier<Mono<T>> made) {
    return raw(made).onFailure().transform(failure -> AzureFailures.of(stage, call, failure));
  }

  /** Like {@link #make}; nothing where Azure says that it is not there. */
  @CheckReturnValue
  static <T> Uni<Optional<T>> find(String stage, String call, Supplier<Mono<T>> made) {
    return raw(made)
        .map(Optional::of)
        .onFailure(AzureFailures::isGone)
        .recoverWithItem(Optional.empty())
        .onFailure()
        .transform(failure -> AzureFailures.of(stage, call, failure));
  }

  /**
   * Begins something that Azure goes on with by itself. How it ends is seen by looking at what it
   * is about, which a service that was started again can do as well.
   */
  @CheckReturnValue
  static Uni<Void> begin(
      String stage, String call, Supplier<Mono<Response<Flux<ByteBuffer>>>> made) {
    return make(stage, call, () -> drained(made.get())).replaceWithVoid();
  }

  /** An answer that is not read to its end would hold its connection. */
  static Mono<Response<Flux<ByteBuffer>>> drained(Mono<Response<Flux<ByteBuffer>>> answer) {
    return answer.flatMap(
        given ->
            given.getValue() == null
                ? Mono.just(given)
                : FluxUtil.collectBytesInByteBufferStream(given.getValue()).thenReturn(given));
  }

  /** Follows what Azure does to its end; fails where it ended otherwise than well. */
  static <T> Mono<LongRunningOperationStatus> ended(PollerFlux<T, Void> work) {
    return work.last()
        .map(AsyncPollResponse::getStatus)
        .flatMap(
            status ->
                status == LongRunningOperationStatus.SUCCESSFULLY_COMPLETED
                    ? Mono.just(status)
                    : Mono.error(new IllegalStateException("it ended with " + status)));
  }

  /** Like {@link #make}, but failures stay as the SDK has them, for who decides by them. */
  @CheckReturnValue
  static <T> Uni<T> raw(Supplier<Mono<T>> made) {
    return Uni.createFrom()
        .context(
            context ->
                Uni.createFrom()
                    .completionStage(
                        () -> RunWatch.of(context).within(() -> asFuture(made.get()))));
  }

  private static <T> CompletableFuture<T> asFuture(Mono<T> made) {
    return made.contextWrite(CallSpans.belowTheCurrent()).toFuture();
  }
}

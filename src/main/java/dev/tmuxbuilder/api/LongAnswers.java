package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Permission;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Answers that go on for long: streams of events, terminals, calls to OpenCode. Who asked is asked
 * for again every now and then ({@code tmuxbuilder.api.recheck}); whoever has lost the token, the
 * session or the role that opened it is cut off in the middle, and told why on coming back.
 */
@ApplicationScoped
class LongAnswers {
  private static final System.Logger LOG = System.getLogger(LongAnswers.class.getName());
  private static final int AT_A_TIME = 4;
  private static final Duration LOOK_UP = Duration.ofSeconds(10);

  private final Identification identification;
  private final Set<Open> open = ConcurrentHashMap.newKeySet();

  LongAnswers(Identification identification) {
    this.identification = identification;
  }

  /** What proved the caller: a token of ours by its hash, or somebody else's word for the user. */
  private record Proof(Caller.User user, Optional<ByteBuffer> token) {}

  private record Open(
      Proof proof,
      TenantId tenant,
      Permission permission,
      HttpServerResponse response,
      Context loop) {
    boolean isAllowed(Optional<Caller> caller) {
      return caller
          .flatMap(found -> found.roleIn(tenant))
          .filter(role -> role.may(permission))
          .isPresent();
    }

    void cutOff() {
      loop.runOnContext(ignored -> response.reset());
    }
  }

  /**
   * The answer, for as long as its caller may do that in that tenant. To be called on the event
   * loop of the request. The operator's own token lasts as long as the service runs.
   */
  <T> Uni<T> guard(
      ContainerRequestContext request,
      TenantId tenant,
      Permission permission,
      HttpServerResponse response,
      Uni<T> answer) {
    if (!(Access.caller(request) instanceof Caller.User user)) {
      return answer;
    }
    Optional<ByteBuffer> token = Identification.credential(request).map(ByteBuffer::wrap);
    Open one =
        new Open(new Proof(user, token), tenant, permission, response, Vertx.currentContext());
    return answer
        .onSubscription()
        .invoke(ignored -> open.add(one))
        .onTermination()
        .invoke(() -> open.remove(one));
  }

  @Scheduled(
      every = "${tmuxbuilder.api.recheck:30s}",
      delayed = "${tmuxbuilder.api.recheck:30s}",
      concurrentExecution = ConcurrentExecution.SKIP)
  Uni<Void> look() {
    Map<Proof, List<Open>> byProof = open.stream().collect(Collectors.groupingBy(Open::proof));
    return Multi.createFrom()
        .iterable(byProof.entrySet())
        .onItem()
        .transformToUni(one -> look(one.getKey(), one.getValue()))
        .merge(AT_A_TIME)
        .onItem()
        .ignoreAsUni();
  }

  /** Where it cannot be found out nobody is cut off: the next look will tell. */
  private Uni<Void> look(Proof proof, List<Open> answers) {
    return identification
        .again(proof.user(), proof.token().map(ByteBuffer::array))
        .invoke(
            caller -> answers.stream().filter(one -> !one.isAllowed(caller)).forEach(Open::cutOff))
        .replaceWithVoid()
        .ifNoItem()
        .after(LOOK_UP)
        .fail()
        .onFailure()
        .invoke(
            failure ->
                LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "who reads a stream cannot be looked up: " + failure))
        .onFailure()
        .recoverWithNull();
  }
}

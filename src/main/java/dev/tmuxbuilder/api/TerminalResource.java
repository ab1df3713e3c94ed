package dev.tmuxbuilder.api;

import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.agent.Screen;
import dev.tmuxbuilder.agent.Terminal;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.platform.NodeName;
import dev.tmuxbuilder.tenancy.Permission;
import io.quarkus.arc.All;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/**
 * The terminal that the agent of a site works in: to be watched, and by admins to be typed into.
 */
@Path("/api/executions/{execution_id}/terminal")
class TerminalResource {
  private static final Duration LOOK = Duration.ofMillis(300);
  private static final Duration BEAT = Duration.ofSeconds(15);
  private static final int MOST_WATCHERS = 20;
  private static final int MOST_BYTES = 4_096;
  private static final int WAITING_BYTES = 16 * 1024;

  private final Access access;
  private final Executions executions;
  private final Map<AgentKind, Agent> agents;
  private final TerminalControl control;
  private final LongAnswers answers;
  private final NodeName node;
  private final AtomicInteger watchers = new AtomicInteger();

  TerminalResource(
      Access access,
      Executions executions,
      @All List<Agent> agents,
      TerminalControl control,
      LongAnswers answers,
      NodeName node) {
    this.access = access;
    this.executions = executions;
    this.agents = agents.stream().collect(Collectors.toMap(Agent::kind, Function.identity()));
    this.control = control;
    this.answers = answers;
    this.node = node;
  }

  /** What is on the terminal; null where none is open on this node. */
  @RegisterForReflection(
      targets = {
        Shown.class,
        Screen.class,
        Screen.Line.class,
        Screen.Piece.class,
        Screen.Look.class
      })
  record Shown(String node, @Nullable Screen screen) {}

  /** Until when the caller may type. */
  @RegisterForReflection
  @Schema(name = "TerminalControl")
  record Held(Instant until) {}

  /** What is typed, for the OpenAPI document. */
  @Schema(name = "TerminalKeys")
  record Wish(
      @Schema(
              required = true,
              description = "As a keyboard sends it, control characters too; 4 KiB at most")
          String keys) {}

  private record Found(Access.Opened opened, Terminal terminal) {}

  private Uni<Found> found(ContainerRequestContext request, String id, Permission permission) {
    return access
        .open(request, id, permission)
        .chain(
            opened ->
                executions
                    .execution(opened.tenant(), opened.id())
                    .map(
                        found -> {
                          var execution = found.orElseThrow(ApiException::notFound);
                          return new Found(
                              opened,
                              Optional.ofNullable(agents.get(execution.agent()))
                                  .flatMap(agent -> agent.terminal(opened.id()))
                                  .orElseThrow(() -> none(execution.agent())));
                        }));
  }

  private static ApiException none(AgentKind agent) {
    return ApiException.of(
        ProblemCode.CONFLICT, "The agent " + agent.wire() + " works without a terminal.");
  }

  @GET
  @Produces({MediaType.SERVER_SENT_EVENTS, MediaType.APPLICATION_JSON})
  @Operation(
      operationId = "terminal",
      summary =
          "What is on the agent's terminal, again whenever it changes; screen is null while none is"
              + " open on the node that answers (editors)")
  @APIResponse(
      responseCode = "200",
      description = "Server-Sent Events named screen",
      content =
          @Content(
              mediaType = MediaType.SERVER_SENT_EVENTS,
              schema = @Schema(implementation = String.class)))
  public Uni<Void> watch(
      @PathParam("execution_id") String id,
      @Context ContainerRequestContext request,
      @Context HttpServerResponse response) {
    io.vertx.core.Context loop = Vertx.currentContext();
    return found(request, id, Permission.CHANGE)
        .emitOn(command -> loop.runOnContext(ignored -> command.run()))
        .chain(
            found ->
                answers.guard(
                    request,
                    found.opened().tenant(),
                    Permission.CHANGE,
                    response,
                    tell(found.terminal(), response, loop)));
  }

  private Uni<Void> tell(
      Terminal terminal, HttpServerResponse response, io.vertx.core.Context loop) {
    if (watchers.incrementAndGet() > MOST_WATCHERS) {
      watchers.decrementAndGet();
      throw ApiException.overloaded("As many watch terminals as may. Try again later.", 30);
    }
    response
        .setChunked(true)
        .setWriteQueueMaxSize(WAITING_BYTES)
        .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.SERVER_SENT_EVENTS)
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache, no-transform")
        .putHeader("X-Accel-Buffering", "no");
    Multi<String> screens =
        Multi.createBy()
            .repeating()
            .uni(terminal::screen)
            .withDelay(LOOK)
            .indefinitely()
            .map(screen -> new Shown(node.value(), screen.orElse(null)))
            .skip()
            .repetitions()
            .map(shown -> "event: screen\ndata: " + Json.write(shown) + "\n\n");
    Multi<String> beats =
        Multi.createFrom().ticks().every(BEAT).onOverflow().drop().map(ignored -> ":\n\n");
    return Multi.createBy()
        .merging()
        .streams(screens, beats)
        .emitOn(command -> loop.runOnContext(ignored -> command.run()))
        .onItem()
        .transformToUniAndConcatenate(
            text ->
                Uni.createFrom().completionStage(() -> response.write(text).toCompletionStage()))
        .onTermination()
        .invoke(watchers::decrementAndGet)
        .onItem()
        .ignoreAsUni();
  }

  @POST
  @Path("/control")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "takeTerminal",
      summary = "Lets the caller type into the terminal for ten minutes (admins)")
  public Uni<Held> take(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return found(request, id, Permission.TAKE_OVER)
        .map(found -> new Held(control.take(found.opened().id(), found.opened().caller().name())));
  }

  @DELETE
  @Path("/control")
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(operationId = "giveTerminal", summary = "The caller does not type any more (admins)")
  @APIResponse(responseCode = "204", description = "It is only watched")
  public Uni<Response> give(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return found(request, id, Permission.TAKE_OVER)
        .map(
            found -> {
              control.give(found.opened().id(), found.opened().caller().name());
              return Response.noContent().build();
            });
  }

  @POST
  @Path("/keys")
  @Consumes(MediaType.APPLICATION_JSON)
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "typeIntoTerminal",
      summary = "Types into the terminal, by who has taken it before (admins)")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(responseCode = "204", description = "It is typed")
  public Uni<Response> type(
      @PathParam("execution_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return found(request, id, Permission.TAKE_OVER)
        .chain(
            found -> {
              Fields fields = Fields.read(body);
              String keys = fields.text("keys", TerminalResource::tooLong);
              fields.check();
              if (!control.has(found.opened().id(), found.opened().caller().name())) {
                throw ApiException.of(
                    ProblemCode.CONFLICT, "Take the terminal first: it is only watched now.");
              }
              return found.terminal().type(keys);
            })
        .map(
            typed -> {
              if (!typed) {
                throw ApiException.of(
                    ProblemCode.CONFLICT,
                    "No terminal of this site is open on node " + node.value() + ".");
              }
              return Response.noContent().build();
            });
  }

  private static Optional<String> tooLong(String keys) {
    int bytes = keys.getBytes(StandardCharsets.UTF_8).length;
    return bytes == 0 || bytes > MOST_BYTES
        ? Optional.of("must have 1 to " + MOST_BYTES + " bytes")
        : Optional.empty();
  }
}

package dev.tmuxbuilder.api;

import dev.tmuxbuilder.agent.AgentReadiness;
import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.platform.VirtualThreads;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Permission;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/**
 * A user's own OpenCode, for OpenCode's own clients. What is said goes through; who says it is
 * found out here, and the server hears its own password instead.
 */
@Path("/api/opencode/{path: .*}")
class OpenCodeResource {
  private static final String PATH =
      "As OpenCode's own API has it; for a directory, a session_id may be given";

  private final Access access;
  private final AgentServers servers;
  private final OpenCodeProxy proxy;
  private final LongAnswers answers;

  OpenCodeResource(Access access, AgentServers servers, OpenCodeProxy proxy, LongAnswers answers) {
    this.access = access;
    this.servers = servers;
    this.proxy = proxy;
    this.answers = answers;
  }

  @GET
  @Operation(operationId = "openCodeGet", summary = "Asks the caller's own OpenCode")
  public Uni<Void> get(
      @Parameter(description = PATH) @PathParam("path") String path,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return pass(request, connection, new byte[0]);
  }

  @POST
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "openCodePost", summary = "Tells the caller's own OpenCode something")
  public Uni<Void> post(
      @Parameter(description = PATH) @PathParam("path") String path,
      byte[] body,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return pass(request, connection, body);
  }

  @PUT
  @Consumes(MediaType.WILDCARD)
  @Operation(operationId = "openCodePut", summary = "Sets something in the caller's own OpenCode")
  public Uni<Void> put(
      @Parameter(description = PATH) @PathParam("path") String path,
      byte[] body,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return pass(request, connection, body);
  }

  @PATCH
  @Consumes(MediaType.WILDCARD)
  @Operation(
      operationId = "openCodePatch",
      summary = "Changes something in the caller's own OpenCode")
  public Uni<Void> patch(
      @Parameter(description = PATH) @PathParam("path") String path,
      byte[] body,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return pass(request, connection, body);
  }

  @DELETE
  @Operation(
      operationId = "openCodeDelete",
      summary = "Removes something from the caller's own OpenCode")
  public Uni<Void> delete(
      @Parameter(description = PATH) @PathParam("path") String path,
      @Context ContainerRequestContext request,
      @Context HttpServerRequest connection) {
    return pass(request, connection, new byte[0]);
  }

  private Uni<Void> pass(
      ContainerRequestContext request, HttpServerRequest connection, byte[] body) {
    Caller.User user = Access.requireUser(request);
    io.vertx.core.Context context = Vertx.currentContext();
    return access
        .openUser(request, Optional.of(user.id()), Permission.CHANGE)
        .call(tenant -> VirtualThreads.run("look whether OpenCode is open", this::requireOpen))
        .chain(tenant -> servers.lease(user.id(), OpenCodeProxy.session(connection)))
        .onFailure(IOException.class)
        .transform(lost -> ApiException.overloaded("Your OpenCode does not start. Try again.", 5))
        .emitOn(command -> context.runOnContext(ignored -> command.run()))
        .chain(
            lease ->
                answers.guard(
                    request,
                    user.tenant(),
                    Permission.CHANGE,
                    connection.response(),
                    proxy.pass(connection, lease.orElseThrow(ApiException::notFound), body)));
  }

  private void requireOpen() {
    if (servers.open() instanceof AgentReadiness.NotConfigured(String setting, String remedy)) {
      throw ApiException.of(
          ProblemCode.NOT_CONFIGURED,
          "This server is not set up for OpenCode: %s is missing. %s".formatted(setting, remedy));
    }
  }
}

package dev.tmuxbuilder.api;

import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Members;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Signing in with a token and out again, for browsers; and who one is. */
@Path("/api/session")
@Produces(MediaType.APPLICATION_JSON)
class SessionResource {
  private final SessionCookie sessions;
  private final Members members;

  SessionResource(SessionCookie sessions, Members members) {
    this.sessions = sessions;
    this.members = members;
  }

  @POST
  @Operation(
      operationId = "signIn",
      summary = "Begins a cookie session with the bearer token; it ends with the token at last")
  @APIResponse(
      responseCode = "200",
      description = "Who you are; the cookie is in Set-Cookie",
      content = @Content(schema = @Schema(implementation = TenantViews.Self.class)))
  public Uni<Response> signIn(
      @Context ContainerRequestContext request, @Context HttpServerRequest connection) {
    refuseNobody(request);
    return sessions
        .begin(request, connection)
        .chain(cookie -> self(request).map(self -> Response.ok(self).cookie(cookie).build()));
  }

  @GET
  @Operation(operationId = "session", summary = "Who you are, and what you may do where")
  public Uni<TenantViews.Self> self(@Context ContainerRequestContext request) {
    refuseNobody(request);
    Caller caller = Access.caller(request);
    return caller instanceof Caller.User user
        ? members
            .tenantsOf(user.id())
            .map(
                all ->
                    all.stream()
                        .filter(one -> user.roleIn(one.tenant()).isPresent())
                        .map(
                            one ->
                                TenantViews.Tenant.of(one, user.roleIn(one.tenant()).orElseThrow()))
                        .toList())
            .map(tenants -> new TenantViews.Self("user", user.id().toString(), tenants))
        : Uni.createFrom().item(new TenantViews.Self("operator", null, List.of()));
  }

  @DELETE
  @Operation(operationId = "signOut", summary = "Ends the cookie session")
  @APIResponse(responseCode = "204", description = "It has ended")
  public Uni<Response> signOut(
      @Context ContainerRequestContext request, @Context HttpServerRequest connection) {
    refuseNobody(request);
    return sessions
        .end(request, connection)
        .map(cookie -> Response.noContent().cookie(cookie).build());
  }

  private static void refuseNobody(ContainerRequestContext request) {
    if (Access.caller(request) instanceof Caller.Anonymous) {
      throw nobody();
    }
  }

  private static ApiException nobody() {
    return ApiException.unauthorized("Sign in with a bearer token.");
  }
}

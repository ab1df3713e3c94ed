package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Shares;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.HexFormat;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Makes an execution public, by a link, and private again. */
@Path("/api/executions/{execution_id}/share")
@Produces(MediaType.APPLICATION_JSON)
class ShareResource {
  private final Access access;
  private final Shares shares;

  ShareResource(Access access, Shares shares) {
    this.access = access;
    this.shares = shares;
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "ShareRequest")
  record Wish(
      @Schema(description = "Whether the log can be read too", defaultValue = "false")
          boolean log) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "share",
      summary = "A link by which anybody may read of the execution, until it is taken back")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "201",
      description = "The link; it is shown once",
      content = @Content(schema = @Schema(implementation = Views.Shared.class)))
  public Uni<Response> share(
      @PathParam("execution_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened -> {
              Fields fields = Fields.read(body);
              boolean log = fields.flag("log");
              fields.check();
              String token = HexFormat.of().formatHex(Tokens.newNonce());
              return shares
                  .share(new Shares.Shared(opened.tenant(), opened.id(), log), Tokens.hash(token))
                  .map(
                      there -> {
                        if (!there) {
                          throw ApiException.notFound();
                        }
                        return answer(request, token);
                      });
            });
  }

  private static Response answer(ContainerRequestContext request, String token) {
    URI link = request.getUriInfo().getBaseUri().resolve("/share/" + token);
    return Response.created(link)
        .type(MediaType.APPLICATION_JSON_TYPE)
        .entity(Json.bytes(new Views.Shared(link.toString(), link + "/badge.svg")))
        .build();
  }

  @DELETE
  @Operation(operationId = "unshare", summary = "Takes back every link of the execution")
  @APIResponse(responseCode = "204", description = "No link opens it any more")
  public Uni<Response> unshare(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(opened -> shares.revoke(opened.tenant(), opened.id()))
        .map(done -> Response.noContent().build());
  }
}

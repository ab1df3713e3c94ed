package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Executions;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The state as a small picture. */
@Path("/api/status/{execution_id}/badge.svg")
class BadgeResource {
  private final Access access;
  private final Executions executions;

  BadgeResource(Access access, Executions executions) {
    this.access = access;
    this.executions = executions;
  }

  @GET
  @Produces({Badge.MEDIA_TYPE, MediaType.APPLICATION_JSON})
  @Operation(operationId = "badge", summary = "The state as a small picture")
  @APIResponse(
      responseCode = "200",
      description = "The state now",
      content = @Content(mediaType = Badge.MEDIA_TYPE))
  public Uni<Response> badge(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(opened -> executions.snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0))
        .map(found -> Badge.of(found.orElseThrow(ApiException::notFound).status()));
  }
}

package dev.tmuxbuilder.api;

import dev.tmuxbuilder.tenancy.Audit;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What operators did outside of any tenant. */
@Path("/api/audit")
class OperatorsAuditResource {
  private final Audit audit;

  OperatorsAuditResource(Audit audit) {
    this.audit = audit;
  }

  @GET
  @Produces({AuditResource.JSON_LINES, MediaType.APPLICATION_JSON})
  @Operation(
      operationId = "operatorsAudit",
      summary =
          "What operators changed outside of any tenant, oldest first, each line with the SHA-256 of"
              + " the one before it (operator)")
  @APIResponse(
      responseCode = "200",
      description = "JSON lines, their bytes as they were hashed",
      content =
          @Content(
              mediaType = AuditResource.JSON_LINES,
              schema = @Schema(implementation = String.class)))
  public Uni<Response> lines(
      @QueryParam("since") @DefaultValue("0") String since,
      @QueryParam("limit") @DefaultValue("1000") String limit,
      @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return audit
        .operatorsLines(
            Query.number("since", since, 0, Long.MAX_VALUE),
            (int) Query.number("limit", limit, 1, AuditResource.MOST))
        .map(AuditResource::answer);
  }
}

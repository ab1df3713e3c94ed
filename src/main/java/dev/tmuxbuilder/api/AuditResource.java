package dev.tmuxbuilder.api;

import dev.tmuxbuilder.tenancy.Audit;
import dev.tmuxbuilder.tenancy.Permission;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Who did what in a tenant, for its admins. */
@Path("/api/tenants/{tenant_id}/audit")
class AuditResource {
  static final String JSON_LINES = "application/x-ndjson";
  static final int MOST = 10_000;

  private final Access access;
  private final Audit audit;

  AuditResource(Access access, Audit audit) {
    this.access = access;
    this.audit = audit;
  }

  @GET
  @Produces({JSON_LINES, MediaType.APPLICATION_JSON})
  @Operation(
      operationId = "audit",
      summary = "The audit's lines, oldest first, each with the SHA-256 of the one before it")
  @APIResponse(
      responseCode = "200",
      description = "JSON lines, their bytes as they were hashed",
      content = @Content(mediaType = JSON_LINES, schema = @Schema(implementation = String.class)))
  public Uni<Response> lines(
      @PathParam("tenant_id") String id,
      @QueryParam("since") @DefaultValue("0") String since,
      @QueryParam("limit") @DefaultValue("1000") String limit,
      @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.READ_AUDIT)
        .chain(
            tenant ->
                audit.lines(
                    tenant,
                    Query.number("since", since, 0, Long.MAX_VALUE),
                    (int) Query.number("limit", limit, 1, MOST)))
        .map(AuditResource::answer);
  }

  static Response answer(List<String> lines) {
    return Response.ok(
            lines.stream().map(line -> line + "\n").collect(Collectors.joining()), JSON_LINES)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}

package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Quotas;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** How much a tenant may have. */
@Path("/api/tenants/{tenant_id}/quota")
@Produces(MediaType.APPLICATION_JSON)
class QuotaResource {
  private static final long MOST_SITES = 1_000_000;
  private static final long MOST_BYTES = 1L << 50;
  private static final long MOST_MINUTES = 100_000_000;

  private final Access access;
  private final Quotas quotas;

  QuotaResource(Access access, Quotas quotas) {
    this.access = access;
    this.quotas = quotas;
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "QuotaRequest")
  record Wish(
      @Schema(minimum = "0", description = "Left out: no limit") @Nullable Long sites,
      @Schema(name = "storage_bytes", minimum = "0", description = "Left out: no limit")
          @Nullable Long storageBytes,
      @Schema(
              name = "agent_minutes",
              minimum = "0",
              description = "In a calendar month (UTC). Left out: no limit")
          @Nullable Long agentMinutes) {}

  /** What may be, and what is. */
  @RegisterForReflection
  @Schema(name = "Quota")
  record View(
      @Schema(description = "null: no limit") @Nullable Long sites,
      @Schema(description = "null: no limit") @Nullable Long storageBytes,
      @Schema(description = "That agents may work in a calendar month (UTC); null: no limit")
          @Nullable Long agentMinutes,
      @Schema(description = "Whether it was set for this tenant") boolean own,
      long usedSites,
      long usedStorageBytes,
      @Schema(description = "Whole minutes that agents have worked in this month (UTC)")
          long usedAgentMinutes) {
    static View of(Quotas.State state) {
      return new View(
          state.quota().sites().orElse(null),
          state.quota().storageBytes().orElse(null),
          state.quota().agentMinutes().orElse(null),
          state.own(),
          state.sites(),
          state.storageBytes(),
          state.agentTime().toMinutes());
    }
  }

  @GET
  @Operation(operationId = "quota", summary = "How much the tenant may have, and has")
  public Uni<View> get(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    return access.openTenant(request, id, Permission.VIEW).chain(quotas::of).map(View::of);
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "setQuota",
      summary =
          "How many sites the tenant may have, how much they may take and how long agents may work"
              + " (operator)")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  public Uni<View> set(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    TenantId tenant = tenant(id);
    Fields fields = Fields.read(body);
    Quotas.Quota quota =
        new Quotas.Quota(
            fields.optionalWhole("sites", MOST_SITES),
            fields.optionalWhole("storage_bytes", MOST_BYTES),
            fields.optionalWhole("agent_minutes", MOST_MINUTES));
    fields.check();
    return quotas
        .set(tenant, quota, Access.caller(request).name())
        .invoke(
            known -> {
              if (!known) {
                throw ApiException.notFound();
              }
            })
        .chain(() -> quotas.of(tenant))
        .map(View::of);
  }

  @DELETE
  @Operation(operationId = "removeQuota", summary = "Everybody's limits hold again (operator)")
  @APIResponse(responseCode = "204", description = "It has none of its own (any more)")
  public Uni<Response> remove(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return quotas.remove(tenant(id)).map(ignored -> Response.noContent().build());
  }

  private static TenantId tenant(String id) {
    return Optional.of(id)
        .flatMap(UserId::parse)
        .map(form -> new TenantId(form.value()))
        .orElseThrow(ApiException::notFound);
  }
}

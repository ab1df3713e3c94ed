package dev.tmuxbuilder.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.tenancy.Approvals;
import dev.tmuxbuilder.tenancy.Permission;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/** Where a tenant's releases wait until an admin has said yes. */
@Path("/api/tenants/{tenant_id}/approvals")
@Produces(MediaType.APPLICATION_JSON)
class ApprovalResource {
  private final Access access;
  private final Approvals approvals;

  ApprovalResource(Access access, Approvals approvals) {
    this.access = access;
    this.approvals = approvals;
  }

  /** Which hosts. */
  @RegisterForReflection
  @Schema(name = "Approvals")
  record View(
      @Schema(
              name = "host_providers",
              required = true,
              description = "local, aws, azure; an empty list: nothing waits")
          List<String> hostProviders) {
    static View of(Set<HostProvider> hosts) {
      return new View(hosts.stream().map(HostProvider::wire).sorted().toList());
    }
  }

  @GET
  @Operation(operationId = "approvals", summary = "Where releases wait for an admin's yes")
  public Uni<View> get(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    return access.openTenant(request, id, Permission.VIEW).chain(approvals::of).map(View::of);
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "setApprovals",
      summary =
          "On which hosts what editors ask for waits, made and not yet published, for an admin's yes")
  @RequestBody(content = @Content(schema = @Schema(implementation = View.class)))
  public Uni<View> set(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.APPROVE)
        .chain(
            tenant -> {
              Set<HostProvider> hosts = hosts(Fields.read(body));
              return approvals
                  .set(tenant, hosts, Access.caller(request).name())
                  .replaceWith(() -> View.of(hosts));
            });
  }

  private static Set<HostProvider> hosts(Fields fields) {
    Set<HostProvider> hosts = EnumSet.noneOf(HostProvider.class);
    for (JsonNode name : fields.anyList("host_providers", HostProvider.values().length)) {
      Named.parse(HostProvider.class, name.asText())
          .ifPresentOrElse(
              hosts::add,
              () -> fields.wrong("host_providers", "must hold local, aws and azure alone"));
    }
    fields.check();
    return hosts;
  }
}

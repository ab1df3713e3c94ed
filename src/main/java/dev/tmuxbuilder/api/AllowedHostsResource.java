package dev.tmuxbuilder.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.hosting.AllowedHost;
import dev.tmuxbuilder.hosting.AllowedHosts;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;

/**
 * What the programs of a tenant's dynamic sites may reach. The operator says it, since it is the
 * operator's address from which they come.
 */
@Path("/api/tenants/{tenant_id}/allowed-hosts")
@Produces(MediaType.APPLICATION_JSON)
class AllowedHostsResource {
  private static final int MOST = 100;

  private final Access access;
  private final AllowedHosts allowed;

  AllowedHostsResource(Access access, AllowedHosts allowed) {
    this.access = access;
    this.allowed = allowed;
  }

  /** Which hosts. */
  @RegisterForReflection
  @Schema(name = "AllowedHosts")
  record View(
      @Schema(
              required = true,
              description =
                  "NAME for its port 443, or NAME:PORT; *.NAME is every name below it; an empty"
                      + " list: none. 100 at most.")
          List<String> hosts) {
    static View of(List<AllowedHost> hosts) {
      return new View(hosts.stream().map(AllowedHost::toString).toList());
    }
  }

  @GET
  @Operation(
      operationId = "allowedHosts",
      summary = "Which hosts the programs of the tenant's dynamic sites may reach")
  public Uni<View> get(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    return access.openTenant(request, id, Permission.VIEW).chain(allowed::of).map(View::of);
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "setAllowedHosts",
      summary =
          "Lets the programs of the tenant's dynamic sites on this machine reach these hosts and no"
              + " other (operator)")
  @RequestBody(content = @Content(schema = @Schema(implementation = View.class)))
  public Uni<View> set(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    TenantId tenant =
        UserId.parse(id)
            .map(form -> new TenantId(form.value()))
            .orElseThrow(ApiException::notFound);
    List<AllowedHost> hosts = hosts(Fields.read(body));
    return allowed
        .set(tenant, hosts, Access.caller(request).name())
        .map(
            known -> {
              if (!known) {
                throw ApiException.notFound();
              }
              return View.of(hosts);
            });
  }

  private static List<AllowedHost> hosts(Fields fields) {
    Set<AllowedHost> hosts = new LinkedHashSet<>();
    for (JsonNode one : fields.anyList("hosts", MOST)) {
      Optional<AllowedHost> host = AllowedHost.parse(one.asText());
      host.ifPresentOrElse(
          hosts::add,
          () ->
              fields.wrong(
                  "hosts",
                  "must hold names such as api.example.org, *.example.org or both with"
                      + " :PORT, and no addresses"));
    }
    fields.check();
    return List.copyOf(hosts);
  }
}

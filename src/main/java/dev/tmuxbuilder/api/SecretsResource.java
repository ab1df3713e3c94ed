package dev.tmuxbuilder.api;

import dev.tmuxbuilder.secrets.SiteEnvironments;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The keys with which sites' environments are sealed. */
@Path("/api/secrets")
@Produces(MediaType.APPLICATION_JSON)
class SecretsResource {
  private final SiteEnvironments environments;

  SecretsResource(SiteEnvironments environments) {
    this.environments = environments;
  }

  /** What was rotated. */
  @RegisterForReflection
  @Schema(name = "Rotated")
  record Rotated(
      @Schema(description = "Sites whose values are sealed with new keys now") int sites,
      @Schema(description = "The name of the master key that wraps those keys") String master) {}

  @POST
  @Path("/rotate")
  @Operation(
      operationId = "rotateSecrets",
      summary = "Seals everything with new keys under a new master key (operator)")
  public Uni<Rotated> rotate(@Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return environments.rotate().map(done -> new Rotated(done.sites(), done.master()));
  }
}

package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.secrets.Limits;
import dev.tmuxbuilder.secrets.SiteEnvironments;
import dev.tmuxbuilder.tenancy.Permission;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What the program of a site is given as environment variables: set here, and never told. */
@Path("/api/executions/{execution_id}/env")
@Produces(MediaType.APPLICATION_JSON)
class EnvironmentResource {
  private final Access access;
  private final Executions executions;
  private final SiteEnvironments environments;

  EnvironmentResource(Access access, Executions executions, SiteEnvironments environments) {
    this.access = access;
    this.executions = executions;
    this.environments = environments;
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "EnvironmentRequest")
  record Wish(
      @Schema(
              required = true,
              description =
                  "Values by name: 64 names at most in all, a value of 8 KiB at most. What is not"
                      + " named stays as it is")
          Map<String, String> variables) {}

  /** A variable without its value. */
  @RegisterForReflection
  @Schema(name = "EnvironmentVariable")
  record Variable(String name, Instant setAt, String setBy) {}

  /** What is set, without the values. */
  @RegisterForReflection
  @Schema(name = "Environment")
  record Names(
      @Schema(description = "Rises with each change; 0 where nothing was ever set") long version,
      List<Variable> variables) {
    static Names of(SiteEnvironments.Names names) {
      return new Names(
          names.version(),
          names.variables().stream()
              .map(one -> new Variable(one.name(), one.setAt(), one.setBy()))
              .toList());
    }
  }

  @GET
  @Operation(
      operationId = "environment",
      summary = "The names of the site's variables and when they were set; never a value")
  public Uni<Names> names(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .call(this::there)
        .chain(opened -> environments.names(opened.tenant(), opened.id()))
        .map(Names::of);
  }

  private Uni<Snapshot> there(Access.Opened opened) {
    return executions
        .snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0)
        .map(found -> found.orElseThrow(ApiException::notFound));
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "setEnvironment",
      summary = "Sets variables for the program of a dynamic site; the next redeploy takes them up")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "200",
      description = "What is set now, without the values",
      content = @Content(schema = @Schema(implementation = Names.class)))
  public Uni<Names> set(
      @PathParam("execution_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened -> {
              Fields fields = Fields.read(body);
              Map<String, String> values =
                  fields.texts(
                      "variables", Limits.VARIABLES, Limits::nameProblem, Limits::valueProblem);
              fields.check();
              return there(opened)
                  .invoke(EnvironmentResource::requireProgram)
                  .chain(
                      () ->
                          environments.set(
                              opened.tenant(), opened.id(), values, opened.caller().name()));
            })
        .onFailure(SiteEnvironments.TooMuch.class)
        .transform(
            tooMuch ->
                ApiException.of(
                    ProblemCode.CONFLICT,
                    "With these there would be more variables than "
                        + Limits.VARIABLES
                        + ". Remove some first."))
        .map(set -> Names.of(set.orElseThrow(ApiException::notFound)));
  }

  /** Values for nobody are not taken. */
  private static void requireProgram(Snapshot site) {
    if (site.status() == ExecutionStatus.DESTROYED || site.destroyRequested()) {
      throw ApiException.of(ProblemCode.CONFLICT, "The site is destroyed, or is being destroyed.");
    }
    if (site.siteType() == SiteType.STATIC) {
      throw ApiException.of(
          ProblemCode.NO_ENVIRONMENT,
          "A static site has no program that could be given variables; everybody could read them.");
    }
    if (site.host() != HostProvider.LOCAL) {
      throw ApiException.of(
          ProblemCode.NO_ENVIRONMENT,
          "Programs on "
              + site.host().wire()
              + " cannot be given variables yet: the way to the machine would show them to others."
              + " Use the local host for this site.");
    }
  }

  @DELETE
  @Path("/{name}")
  @Operation(
      operationId = "removeEnvironment",
      summary = "Removes one variable; the next redeploy goes without it")
  @APIResponse(responseCode = "204", description = "It is not set any more")
  public Uni<Response> remove(
      @PathParam("execution_id") String id,
      @PathParam("name") String name,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id, Permission.CHANGE)
        .chain(opened -> environments.remove(opened.tenant(), opened.id(), name))
        .map(
            was -> {
              if (!was) {
                throw ApiException.notFound();
              }
              return Response.noContent().build();
            });
  }
}

package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.PersonalData;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What is kept of a person: handed out, or erased. */
@Path("/api/user/{user_id}")
class PersonalDataResource {
  private static final String ZIP = "application/zip";

  private final Access access;
  private final PersonalData people;
  private final PersonalArchive archive;
  private final Identification identification;

  PersonalDataResource(
      Access access, PersonalData people, PersonalArchive archive, Identification identification) {
    this.access = access;
    this.people = people;
    this.archive = archive;
    this.identification = identification;
  }

  /** What was begun. */
  @RegisterForReflection
  @Schema(name = "Erasure")
  record Begun(
      @Schema(description = "Sites that are destroyed first, with all that their hosts hold")
          int sites) {}

  @GET
  @Path("/export")
  @Produces({ZIP, MediaType.APPLICATION_JSON})
  @Operation(
      operationId = "exportUser",
      summary = "All that is kept of the person, as a ZIP archive (the person, or an admin)")
  @APIResponse(
      responseCode = "200",
      description = "user.json, audit.jsonl, and sessions/{session_id}/ for each site",
      content = @Content(mediaType = ZIP))
  public Uni<Response> export(
      @PathParam("user_id") String id,
      @Context ContainerRequestContext request,
      @Context RoutingContext routing) {
    Optional<UserId> user = UserId.parse(id);
    boolean oneself = user.filter(Access.caller(request)::mayActFor).isPresent();
    return access
        .openUser(request, user, oneself ? Permission.VIEW : Permission.MANAGE_MEMBERS)
        .chain(tenant -> archive.write(tenant, user.orElseThrow()))
        .map(
            file -> {
              routing.addEndHandler(sent -> remove(file));
              return Response.ok(file.toFile(), ZIP)
                  .header(HttpHeaders.CACHE_CONTROL, "no-store")
                  .header("Content-Disposition", "attachment; filename=\"" + id + ".zip\"")
                  .build();
            });
  }

  private static void remove(java.nio.file.Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException left) {
      throw new UncheckedIOException(left);
    }
  }

  @DELETE
  @Produces(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "eraseUser",
      summary = "Erases the person: sites with all that hosts hold, files, rows. Not to be undone")
  @APIResponse(
      responseCode = "202",
      description =
          "From now on no token of the person's opens anything; the audit says when it"
              + " is done",
      content = @Content(schema = @Schema(implementation = Begun.class)))
  public Uni<Response> erase(
      @PathParam("user_id") String id, @Context ContainerRequestContext request) {
    Optional<UserId> user = UserId.parse(id);
    return access
        .openUser(request, user, Permission.DESTROY)
        .chain(
            tenant ->
                people.requestErasure(tenant, user.orElseThrow(), Access.caller(request).name()))
        .invoke(identification::forget)
        .map(sites -> Response.accepted(new Begun(sites.size())).build());
  }
}

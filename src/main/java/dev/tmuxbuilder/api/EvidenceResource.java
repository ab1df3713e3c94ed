package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.Viewport;
import dev.tmuxbuilder.workspace.Evidence;
import dev.tmuxbuilder.workspace.Workspaces;
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
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** How a site was proved: pictures, tests, receipts. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
class EvidenceResource {
  private final Access access;
  private final Executions executions;
  private final Archive archive;
  private final Workspaces workspaces;
  private final Evidence evidence;

  EvidenceResource(
      Access access,
      Executions executions,
      Archive archive,
      Workspaces workspaces,
      Evidence evidence) {
    this.access = access;
    this.executions = executions;
    this.archive = archive;
    this.workspaces = workspaces;
    this.evidence = evidence;
  }

  @GET
  @Path("/executions/{execution_id}/screenshot")
  @Produces({"image/png", MediaType.APPLICATION_JSON})
  @Operation(operationId = "screenshot", summary = "What people see")
  @APIResponse(
      responseCode = "200",
      description = "A picture",
      content = @Content(mediaType = "image/png"))
  public Uni<Response> screenshot(
      @PathParam("execution_id") String id,
      @QueryParam("run") @Nullable String run,
      @QueryParam("viewport") @DefaultValue("desktop") String viewport,
      @Parameter(
              description =
                  "The place of a failed check in the run's report, from 1: what it saw, in place of"
                      + " a viewport")
          @QueryParam("check")
          @Nullable String check,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened -> {
              Optional<Integer> wanted = Query.optional("run", run);
              Optional<Integer> place = Query.optional("check", check);
              return place.isPresent()
                  ? ofCheck(opened, wanted, place.get())
                  : screenshot(opened, wanted, viewport(viewport));
            })
        .map(
            file ->
                Response.ok(file.toFile(), "image/png")
                    .header(HttpHeaders.CACHE_CONTROL, "private, no-cache")
                    .build());
  }

  private static Viewport viewport(String name) {
    return Named.parse(Viewport.class, name)
        .orElseThrow(() -> Query.wrong("viewport", "must be one of desktop, phone, thumbnail"));
  }

  private Uni<java.nio.file.Path> ofCheck(Access.Opened opened, Optional<Integer> run, int place) {
    return archive
        .tests(opened.tenant(), opened.id(), run)
        .map(
            report ->
                report
                    .map(Archive.Report::checks)
                    .filter(checks -> place <= checks.size())
                    .map(checks -> checks.get(place - 1).screenshot())
                    .orElseThrow(ApiException::notFound))
        .chain(path -> workspaces.picture(opened.id(), path))
        .map(found -> found.orElseThrow(ApiException::notFound));
  }

  private Uni<java.nio.file.Path> screenshot(
      Access.Opened opened, Optional<Integer> run, Viewport viewport) {
    return workspaces
        .screenshot(opened.id(), run, viewport)
        .call(
            found ->
                found.isPresent() || run.isEmpty()
                    ? Uni.createFrom().voidItem()
                    : evidence
                        .removed(opened.id(), run.get())
                        .invoke(
                            gone -> {
                              if (gone) {
                                throw ApiException.of(
                                    ProblemCode.REMOVED_BY_RETENTION,
                                    "The pictures of run "
                                        + run.get()
                                        + " are not kept any longer; its receipt has their"
                                        + " digests.");
                              }
                            }))
        .map(found -> found.orElseThrow(ApiException::notFound));
  }

  @GET
  @Path("/executions/{execution_id}/tests")
  @Operation(operationId = "tests", summary = "The end-to-end report, check by check")
  @APIResponse(
      responseCode = "200",
      description = "The report of the newest run, or of the one asked for",
      content = @Content(schema = @Schema(implementation = Views.Tests.class)))
  public Uni<Response> tests(
      @PathParam("execution_id") String id,
      @QueryParam("run") @Nullable String run,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened ->
                archive
                    .tests(opened.tenant(), opened.id(), Query.optional("run", run))
                    .map(found -> found.orElseThrow(ApiException::notFound))
                    .map(report -> json(Views.Tests.of(opened.id(), report))));
  }

  @GET
  @Path("/executions/{execution_id}/receipts")
  @Operation(operationId = "receipts", summary = "What each release is and how it was proved")
  @APIResponse(
      responseCode = "200",
      description = "All receipts, oldest first",
      content = @Content(schema = @Schema(implementation = Views.Receipts.class)))
  public Uni<Response> receipts(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .call(
            opened ->
                executions
                    .snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0)
                    .map(found -> found.orElseThrow(ApiException::notFound)))
        .chain(opened -> archive.receipts(opened.tenant(), opened.id()))
        .map(receipts -> json(new Views.Receipts(receipts)));
  }

  @GET
  @Path("/executions/{execution_id}/receipts/{release}")
  @Operation(operationId = "receipt", summary = "What a release is and how it was proved")
  @APIResponse(
      responseCode = "200",
      description = "The receipt",
      content =
          @Content(schema = @Schema(implementation = dev.tmuxbuilder.execution.Receipt.class)))
  public Uni<Response> receipt(
      @PathParam("execution_id") String id,
      @PathParam("release") String release,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened ->
                executions.receipt(
                    opened.tenant(), opened.id(), Query.optional("release", release).orElseThrow()))
        .map(Optional::orElseThrow)
        .onFailure(java.util.NoSuchElementException.class)
        .transform(none -> ApiException.notFound())
        .map(EvidenceResource::json);
  }

  private static Response json(Object view) {
    return Response.ok(Json.bytes(view), MediaType.APPLICATION_JSON_TYPE).build();
  }
}

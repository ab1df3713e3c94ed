package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Resource;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.hosting.Inspection;
import dev.tmuxbuilder.hosting.Site;
import dev.tmuxbuilder.hosting.Sites;
import dev.tmuxbuilder.workspace.Workspaces;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What a session holds on its host, looked up there and not remembered. */
@Path("/api/executions/{execution_id}/resources")
@Produces(MediaType.APPLICATION_JSON)
class ResourcesResource {
  private static final int RETRY_AFTER_SECONDS = 30;
  private static final Uni<Map<String, List<String>>> NO_CHANGES = Uni.createFrom().item(Map.of());

  private final Access access;
  private final Executions executions;
  private final Archive archive;
  private final Workspaces workspaces;
  private final Map<HostProvider, Host> hosts;

  ResourcesResource(
      Access access,
      Executions executions,
      Archive archive,
      Workspaces workspaces,
      @All List<Host> hosts) {
    this.access = access;
    this.executions = executions;
    this.archive = archive;
    this.workspaces = workspaces;
    this.hosts = hosts.stream().collect(Collectors.toMap(Host::provider, Function.identity()));
  }

  @GET
  @Operation(
      operationId = "resources",
      summary = "What the session holds on its host, and what is not as it was made")
  @APIResponse(
      responseCode = "200",
      description = "Every resource that is there or should be",
      content = @Content(schema = @Schema(implementation = Views.Resources.class)))
  public Uni<Response> resources(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened ->
                executions
                    .execution(opened.tenant(), opened.id())
                    .map(found -> found.orElseThrow(ApiException::notFound))
                    .chain(
                        execution ->
                            archive
                                .receipts(opened.tenant(), opened.id())
                                .chain(receipts -> made(opened, receipts))
                                .chain(made -> inspect(execution, made))))
        .map(view -> Response.ok(Json.bytes(view), MediaType.APPLICATION_JSON_TYPE).build());
  }

  /** What should be there: what the newest receipt names, and nothing after the end. */
  private Uni<List<Resource>> made(Access.Opened opened, List<Receipt> receipts) {
    return executions
        .snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0)
        .map(
            found ->
                receipts.isEmpty()
                        || found.filter(now -> now.status() != ExecutionStatus.DESTROYED).isEmpty()
                    ? List.of()
                    : receipts.getLast().resources());
  }

  private Uni<Views.Resources> inspect(Execution execution, List<Resource> made) {
    Host host = hosts.get(execution.host());
    if (host == null) {
      throw ApiException.notFound();
    }
    Site site = Sites.of(execution, workspaces.of(execution.id()));
    return host.inventory(site)
        .chain(
            held ->
                (held.isEmpty() ? NO_CHANGES : host.changes(site))
                    .map(changes -> Inspection.of(held, made, host.tagsOf(site), changes)))
        .map(inspection -> Views.Resources.of(execution.id(), inspection))
        .onFailure(StepFailure.class)
        .transform(
            failure ->
                ApiException.unavailable(
                    ((StepFailure) failure).info().message()
                        + " "
                        + ((StepFailure) failure).info().hint(),
                    RETRY_AFTER_SECONDS));
  }
}

package dev.tmuxbuilder.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tmuxbuilder.agent.Agent;
import dev.tmuxbuilder.execution.By;
import dev.tmuxbuilder.execution.Commands;
import dev.tmuxbuilder.execution.Commands.Answer;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.execution.StatusDocument;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.stream.StatusCache;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Permission;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What becomes of a wish, and what may be asked of it. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
class ExecutionResource {
  private final Access access;
  private final Executions executions;
  private final Commands commands;
  private final StatusCache cache;
  private final Queue queue;
  private final Admission admission;
  private final List<Agent> agents;

  ExecutionResource(
      Access access,
      Executions executions,
      Commands commands,
      StatusCache cache,
      Queue queue,
      Admission admission,
      @All List<Agent> agents) {
    this.agents = agents;
    this.admission = admission;
    this.access = access;
    this.executions = executions;
    this.commands = commands;
    this.cache = cache;
    this.queue = queue;
  }

  @GET
  @Path("/status/{execution_id}")
  @Operation(operationId = "status", summary = "A snapshot with a page of the log")
  @APIResponse(
      responseCode = "200",
      description = "The state now",
      content = @Content(schema = @Schema(implementation = StatusDocument.class)))
  public Uni<Response> status(
      @PathParam("execution_id") String id,
      @QueryParam("since") @DefaultValue("0") String since,
      @QueryParam("limit") @DefaultValue("100") String limit,
      @Context ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened -> {
              StatusCache.Page page = Query.page(since, limit);
              return cache.get(opened.id(), page, () -> snapshot(opened, page));
            })
        .map(body -> withAttach(request, id, body))
        .map(
            body ->
                Response.ok(body, MediaType.APPLICATION_JSON_TYPE)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build());
  }

  /** An operator may watch the agent, and take over. */
  private byte[] withAttach(ContainerRequestContext request, String id, byte[] body) {
    if (!(Access.caller(request) instanceof Caller.Operator)) {
      return body;
    }
    return ExecutionId.parse(id).stream()
        .flatMap(execution -> agents.stream().flatMap(a -> a.attachCommand(execution).stream()))
        .findFirst()
        .map(command -> attached(body, command))
        .orElse(body);
  }

  private static byte[] attached(byte[] body, String command) {
    try {
      ObjectNode status = (ObjectNode) Json.mapper().readTree(body);
      return Json.bytes(status.put("attach", command));
    } catch (IOException impossible) { // it is our own document
      throw new UncheckedIOException(impossible);
    }
  }

  private Uni<StatusCache.Answer> snapshot(Access.Opened opened, StatusCache.Page page) {
    return executions
        .snapshot(opened.tenant(), opened.id(), page.since(), page.limit())
        .map(found -> found.orElseThrow(ApiException::notFound))
        .map(
            now ->
                new StatusCache.Answer(
                    Json.bytes(StatusDocument.of(now, page.since())),
                    now.status() != ExecutionStatus.PENDING));
  }

  @POST
  @Path("/redeploy/{execution_id}")
  @Operation(
      operationId = "redeploy",
      summary = "Deploys what is in source/ again, at the same URL, and proves it")
  @APIResponse(
      responseCode = "202",
      description = "A new run waits for its turn",
      content = @Content(schema = @Schema(implementation = Views.Started.class)))
  public Uni<Response> redeploy(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return ask(
        request,
        id,
        (tenant, execution, by) -> {
          admission.requireQueue();
          return commands.redeploy(tenant, execution, by);
        });
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "RollbackRequest")
  record Rollback(@Schema(required = true, minimum = "1") int release) {}

  @POST
  @Path("/rollback/{execution_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "rollback",
      summary = "Makes an earlier release live again, at the same URL, and proves it")
  @RequestBody(content = @Content(schema = @Schema(implementation = Rollback.class)))
  @APIResponse(
      responseCode = "202",
      description = "A new run waits for its turn",
      content = @Content(schema = @Schema(implementation = Views.Started.class)))
  public Uni<Response> rollback(
      @PathParam("execution_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return ask(
        request,
        id,
        (tenant, execution, by) -> {
          Fields fields = Fields.read(body);
          int release = fields.positive("release");
          fields.check();
          admission.requireQueue();
          return commands.rollback(tenant, execution, release, by.name());
        });
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "ApproveRequest")
  record Yes(
      @Schema(required = true, minimum = "1", description = "The run whose work is meant")
          int run) {}

  @POST
  @Path("/approve/{execution_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "approve",
      summary = "Says yes to what a run has made, which is published then (admin)")
  @RequestBody(content = @Content(schema = @Schema(implementation = Yes.class)))
  @APIResponse(
      responseCode = "202",
      description = "A new run, which publishes, waits for its turn",
      content = @Content(schema = @Schema(implementation = Views.Started.class)))
  public Uni<Response> approve(
      @PathParam("execution_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return give(
        access.open(request, id, Permission.APPROVE),
        (tenant, execution, by) -> {
          Fields fields = Fields.read(body);
          int run = fields.positive("run");
          fields.check();
          admission.requireQueue();
          return commands
              .approve(tenant, execution, run, by.name())
              .invoke(answer -> requireWaiting(answer, run));
        });
  }

  private static void requireWaiting(Answer answer, int run) {
    if (answer instanceof Answer.NotNow) {
      throw ApiException.of(
          ProblemCode.CONFLICT,
          "Nothing that run " + run + " made waits for approval (any more). Look at the status.");
    }
  }

  @POST
  @Path("/cancel/{execution_id}")
  @Operation(operationId = "cancel", summary = "Stops the run in progress")
  @APIResponse(
      responseCode = "202",
      description = "The run is being stopped",
      content = @Content(schema = @Schema(implementation = Views.Started.class)))
  public Uni<Response> cancel(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return ask(
        request, id, (tenant, execution, by) -> commands.cancel(tenant, execution, by.name()));
  }

  @DELETE
  @Path("/executions/{execution_id}")
  @Operation(
      operationId = "destroy",
      summary = "Removes everything of the execution but its record")
  @APIResponse(
      responseCode = "202",
      description = "Everything is being removed",
      content = @Content(schema = @Schema(implementation = Views.Started.class)))
  public Uni<Response> destroy(
      @PathParam("execution_id") String id, @Context ContainerRequestContext request) {
    return ask(
        request, id, (tenant, execution, by) -> commands.destroy(tenant, execution, by.name()));
  }

  /** Something that may be asked of an execution; {@code by} is who asks. */
  private interface Command {
    Uni<Answer> give(TenantId tenant, ExecutionId execution, By by);
  }

  private Uni<Response> ask(ContainerRequestContext request, String id, Command command) {
    return give(access.open(request, id), command);
  }

  private Uni<Response> give(Uni<Access.Opened> execution, Command command) {
    return execution
        .chain(opened -> command.give(opened.tenant(), opened.id(), opened.by()))
        .map(this::answer);
  }

  private Response answer(Answer answer) {
    return switch (answer) {
      case Answer.Accepted accepted -> {
        queue.wake();
        yield Response.accepted(new Views.Started(accepted.run())).build();
      }
      case Answer.NotNow state ->
          throw ApiException.of(
              ProblemCode.CONFLICT,
              "The execution is " + state.status().wire() + ", which does not allow this.");
      case Answer.NoSuchRelease ignored -> throw ApiException.notFound();
      case Answer.TooManyWaiting ignored -> throw Admission.shareIsFull();
      case Answer.Unknown ignored -> throw ApiException.notFound();
    };
  }
}

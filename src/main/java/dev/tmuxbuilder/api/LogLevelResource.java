package dev.tmuxbuilder.api;

import dev.tmuxbuilder.platform.LogLevels;
import dev.tmuxbuilder.platform.NodeName;
import io.quarkus.runtime.annotations.RegisterForReflection;
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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** How much this node logs, for the operator. */
@Path("/api/log-levels")
@Produces(MediaType.APPLICATION_JSON)
class LogLevelResource {
  private final LogLevels levels;
  private final NodeName node;

  LogLevelResource(LogLevels levels, NodeName node) {
    this.levels = levels;
    this.node = node;
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "LogLevelRequest")
  record Wish(
      @Schema(required = true, description = "root, or a name such as dev.tmuxbuilder.queue")
          String category,
      @Schema(
              required = true,
              enumeration = {"ERROR", "WARN", "INFO", "DEBUG"},
              description = "DEBUG under dev.tmuxbuilder only: libraries may write credentials")
          String level) {}

  /** A category of log lines. */
  @RegisterForReflection
  @Schema(name = "LogCategory")
  record Category(
      String category,
      String level,
      @Schema(description = "Whether it was changed since the start") boolean changed) {}

  /** What is logged. */
  @RegisterForReflection
  @Schema(name = "LogLevels")
  record InForce(
      @Schema(description = "The node that answers: others have levels of their own") String node,
      List<Category> levels) {}

  @GET
  @Operation(
      operationId = "logLevels",
      summary = "Which lines this node logs: all, its own, and what was changed (operator)")
  public InForce levels(@Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return inForce();
  }

  private InForce inForce() {
    return new InForce(
        node.value(),
        levels.inForce().stream()
            .map(one -> new Category(one.name(), one.level().name(), one.changed()))
            .toList());
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "setLogLevel",
      summary = "Logs more or less of a category, on this node and until it ends (operator)")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "200",
      description = "What is logged now",
      content = @Content(schema = @Schema(implementation = InForce.class)))
  public InForce set(byte[] body, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    Fields fields = Fields.read(body);
    String category = fields.text("category", LogLevels::nameProblem);
    Optional<LogLevels.Level> level =
        LogLevels.Level.of(fields.text("level", LogLevelResource::levelProblem));
    level
        .filter(wanted -> !LogLevels.allows(category, wanted))
        .ifPresent(
            refused ->
                fields.wrong(
                    "level",
                    "DEBUG is for categories under "
                        + LogLevels.OURS
                        + ": libraries may write credentials then"));
    fields.check();
    if (!levels.set(category, level.orElseThrow())) {
      throw ApiException.of(
          ProblemCode.CONFLICT, "Too many categories are changed. Put some back first.");
    }
    return inForce();
  }

  private static Optional<String> levelProblem(String level) {
    return LogLevels.Level.of(level).isPresent()
        ? Optional.empty()
        : Optional.of(
            "must be one of "
                + Arrays.stream(LogLevels.Level.values())
                    .map(Enum::name)
                    .collect(Collectors.joining(", ")));
  }

  @DELETE
  @Path("/{category}")
  @Operation(
      operationId = "resetLogLevel",
      summary = "Logs a category as it was at the start again (operator)")
  @APIResponse(responseCode = "204", description = "It is as it was")
  public Response reset(
      @PathParam("category") String category, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    if (!levels.reset(category)) {
      throw ApiException.notFound();
    }
    return Response.noContent().build();
  }
}

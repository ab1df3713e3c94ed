package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Executions;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Words to the agent. The starter agent, the only one so far, follows its brief and no words. */
@Path("/api/chat")
@Produces(MediaType.APPLICATION_JSON)
class ChatResource {
  private final Access access;
  private final Executions executions;

  ChatResource(Access access, Executions executions) {
    this.access = access;
    this.executions = executions;
  }

  @POST
  @Path("/{execution_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "chat", summary = "A message to the agent")
  @APIResponse(responseCode = "422", description = "The execution's agent does not take messages")
  Uni<Response> chat(
      @PathParam("execution_id") String id, byte[] body, ContainerRequestContext request) {
    return access
        .open(request, id)
        .chain(
            opened -> {
              Fields fields = Fields.read(body);
              fields.text(
                  "message",
                  text -> text.isBlank() ? Optional.of("must say something") : Optional.empty());
              fields.check();
              return executions.snapshot(opened.tenant(), opened.id(), Long.MAX_VALUE, 0);
            })
        .map(found -> found.orElseThrow(ApiException::notFound))
        .map(
            now -> {
              throw ApiException.of(
                  ProblemCode.AGENT_CANNOT_CHAT,
                  "The agent "
                      + now.agent().wire()
                      + " works from the brief alone. Edit the site in source/ and redeploy, or"
                      + " set ANTHROPIC_API_KEY and create the site with agent claude.");
            });
  }
}

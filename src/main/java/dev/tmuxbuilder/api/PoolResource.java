package dev.tmuxbuilder.api;

import dev.tmuxbuilder.agent.AgentServers;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The agents' servers of this node, for the operator. */
@Path("/api/pool")
@Produces(MediaType.APPLICATION_JSON)
class PoolResource {
  private final AgentServers servers;

  PoolResource(AgentServers servers) {
    this.servers = servers;
  }

  @GET
  @Operation(
      operationId = "pool",
      summary = "OpenCode's servers on this node, one for each user (operator)")
  public AgentServers.Figures pool(@Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return servers.figures();
  }
}

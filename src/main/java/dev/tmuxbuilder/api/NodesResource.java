package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The servers that share the work, for the operator. */
@Path("/api/nodes")
@Produces(MediaType.APPLICATION_JSON)
class NodesResource {
  private final Nodes nodes;
  private final Duration silence;

  NodesResource(Nodes nodes, Settings settings) {
    this.nodes = nodes;
    this.silence = settings.runs().heartbeat().multipliedBy(Nodes.MISSED_BEATS);
  }

  @GET
  @Operation(
      operationId = "nodes",
      summary = "The nodes that live, their load and versions (operator)")
  public Uni<Views.NodeList> list(@Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return nodes.heardWithin(silence).map(Views.NodeList::of);
  }
}

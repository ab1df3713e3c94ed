package dev.tmuxbuilder.api;

import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What a user's sites cost. */
@Path("/api/user/{user_id}/costs")
@Produces(MediaType.APPLICATION_JSON)
class UserCostsResource {
  private final Access access;
  private final Costs costs;
  private final Clock clock;

  UserCostsResource(Access access, Costs costs, Clock clock) {
    this.access = access;
    this.costs = costs;
    this.clock = clock;
  }

  @GET
  @Operation(
      operationId = "userCosts",
      summary = "What the user's sites cost, estimated and by the hosts' bills")
  public Uni<CostViews.Costs> costs(
      @PathParam("user_id") String id,
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @Parameter(description = "Any of session, host, month, with commas between")
          @QueryParam("by")
          @DefaultValue("session,month")
          String by,
      @QueryParam("limit") @DefaultValue("200") String limit,
      @Context ContainerRequestContext request) {
    Optional<UserId> user = UserId.parse(id);
    return access
        .openUser(request, user)
        .chain(
            tenant ->
                CostQuery.answer(
                    costs,
                    CostQuery.read(from, to, by, limit, clock).of(Optional.of(tenant), user)));
  }
}

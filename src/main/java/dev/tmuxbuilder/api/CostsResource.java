package dev.tmuxbuilder.api;

import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
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

/** What sites cost. */
@Path("/api/costs")
@Produces(MediaType.APPLICATION_JSON)
class CostsResource {
  private final Costs costs;
  private final Clock clock;

  CostsResource(Costs costs, Clock clock) {
    this.costs = costs;
    this.clock = clock;
  }

  @GET
  @Operation(
      operationId = "costs",
      summary = "What sites cost, estimated and by the hosts' bills (operator)")
  public Uni<CostViews.Costs> costs(
      @Parameter(description = "The first month, such as 2026-03; this one without it")
          @QueryParam("from")
          @Nullable String from,
      @Parameter(description = "The last month; the first one without it") @QueryParam("to")
          @Nullable String to,
      @Parameter(description = "Any of tenant, user, session, host, month, with commas between")
          @QueryParam("by")
          @DefaultValue("tenant,month")
          String by,
      @QueryParam("tenant") @Nullable String tenant,
      @QueryParam("user") @Nullable String user,
      @QueryParam("limit") @DefaultValue("200") String limit,
      @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return CostQuery.answer(
        costs,
        CostQuery.read(from, to, by, limit, clock)
            .of(
                Optional.ofNullable(tenant).map(text -> new TenantId(id("tenant", text).value())),
                Optional.ofNullable(user).map(text -> id("user", text))));
  }

  private static UserId id(String name, String text) {
    return UserId.parse(text)
        .orElseThrow(() -> Query.wrong(name, "must be an id as this service gives it"));
  }
}

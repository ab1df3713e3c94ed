package dev.tmuxbuilder.api;

import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.costs.Costs.By;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.TenantId;
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
import java.time.DateTimeException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What sites cost. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
class CostsResource {
  private static final int MOST = 1_000;
  private static final int MOST_MONTHS = 36;

  private final Access access;
  private final Costs costs;
  private final Clock clock;

  CostsResource(Access access, Costs costs, Clock clock) {
    this.access = access;
    this.costs = costs;
    this.clock = clock;
  }

  @GET
  @Path("/costs")
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
    return answer(
        question(from, to, by, limit)
            .of(
                Optional.ofNullable(tenant).map(text -> new TenantId(id("tenant", text).value())),
                Optional.ofNullable(user).map(text -> id("user", text))));
  }

  @GET
  @Path("/user/{user_id}/costs")
  @Operation(
      operationId = "userCosts",
      summary = "What the user's sites cost, estimated and by the hosts' bills")
  public Uni<CostViews.Costs> ofUser(
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
        .chain(tenant -> answer(question(from, to, by, limit).of(Optional.of(tenant), user)));
  }

  private Uni<CostViews.Costs> answer(Costs.Question question) {
    return Uni.combine()
        .all()
        .unis(costs.totals(question), costs.readings())
        .with((totals, readings) -> CostViews.Costs.of(question, totals, readings));
  }

  private static UserId id(String name, String text) {
    return UserId.parse(text)
        .orElseThrow(() -> Query.wrong(name, "must be an id as this service gives it"));
  }

  /** A question of which it is not known yet of whom it asks. */
  private record Asked(YearMonth first, YearMonth last, Set<By> by, int limit) {
    Costs.Question of(Optional<TenantId> tenant, Optional<UserId> user) {
      return new Costs.Question(first, last, by, tenant, user, limit);
    }
  }

  private Asked question(@Nullable String from, @Nullable String to, String by, String limit) {
    YearMonth first =
        from == null
            ? YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC))
            : month("from", from);
    YearMonth last = to == null ? first : month("to", to);
    if (last.isBefore(first) || !last.isBefore(first.plusMonths(MOST_MONTHS))) {
      throw Query.wrong("to", "must be 0 to " + (MOST_MONTHS - 1) + " months after from");
    }
    return new Asked(first, last, by(by), (int) Query.number("limit", limit, 1, MOST) + 1);
  }

  private static YearMonth month(String name, String text) {
    try {
      YearMonth month = YearMonth.parse(text);
      if (month.getYear() >= 2000 && month.getYear() < 2200) {
        return month;
      }
    } catch (DateTimeException notOne) {
      // told below, like a month that is far away
    }
    throw Query.wrong(name, "must be a month such as 2026-03");
  }

  private static Set<By> by(String text) {
    Set<By> by = EnumSet.noneOf(By.class);
    for (String word : text.split(",", -1)) {
      if (!word.isEmpty()) {
        by.add(
            Named.parse(By.class, word)
                .orElseThrow(
                    () ->
                        Query.wrong(
                            "by",
                            "must be of "
                                + Arrays.stream(By.values())
                                    .map(Named::wire)
                                    .collect(Collectors.joining(", ")))));
      }
    }
    return by;
  }
}

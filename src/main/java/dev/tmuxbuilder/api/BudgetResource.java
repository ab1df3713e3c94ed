package dev.tmuxbuilder.api;

import dev.tmuxbuilder.costs.Budgets;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import io.smallrye.mutiny.Uni;
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
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What a tenant may spend in a month. */
@Path("/api/tenants/{tenant_id}/budget")
@Produces(MediaType.APPLICATION_JSON)
class BudgetResource {
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000_000);

  private final Budgets budgets;

  BudgetResource(Budgets budgets) {
    this.budgets = budgets;
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "BudgetRequest")
  record Wish(
      @Schema(required = true, minimum = "0", examples = "50.00") BigDecimal monthly,
      @Schema(description = "ISO 4217: other currencies do not count", defaultValue = "USD")
          String currency) {}

  @GET
  @Operation(operationId = "budget", summary = "The tenant's budget and what is used (operator)")
  public Uni<CostViews.Budget> get(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return view(tenant(id));
  }

  @PUT
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "setBudget",
      summary = "From which cost in a month on the tenant's new runs are refused (operator)")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  public Uni<CostViews.Budget> set(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    TenantId tenant = tenant(id);
    Fields fields = Fields.read(body);
    BigDecimal monthly = fields.amount("monthly", MOST);
    String currency =
        fields
            .optionalText(
                "currency",
                text ->
                    CURRENCY.matcher(text).matches()
                        ? Optional.empty()
                        : Optional.of("must be three capital letters"))
            .orElse("USD");
    fields.check();
    return budgets
        .set(tenant, monthly, currency, Access.caller(request).name())
        .invoke(
            known -> {
              if (!known) {
                throw ApiException.notFound();
              }
            })
        .chain(() -> view(tenant));
  }

  @DELETE
  @Operation(operationId = "removeBudget", summary = "The tenant may spend freely (operator)")
  @APIResponse(responseCode = "204", description = "There is no budget (any more)")
  public Uni<Response> remove(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    Access.requireOperator(request);
    return budgets.remove(tenant(id)).map(ignored -> Response.noContent().build());
  }

  private Uni<CostViews.Budget> view(TenantId tenant) {
    return budgets
        .of(tenant)
        .map(
            found ->
                CostViews.Budget.of(tenant.toString(), found.orElseThrow(ApiException::notFound)));
  }

  private static TenantId tenant(String id) {
    return UserId.parse(id)
        .map(form -> new TenantId(form.value()))
        .orElseThrow(ApiException::notFound);
  }
}

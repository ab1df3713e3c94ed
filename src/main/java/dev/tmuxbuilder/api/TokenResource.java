package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.ApiTokens;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Tokens for programs: with a name, a scope and an end. */
@Path("/api/tenants/{tenant_id}/tokens")
@Produces(MediaType.APPLICATION_JSON)
class TokenResource {
  private static final int LONGEST_NAME = 100;
  private static final int MOST_DAYS = 366;

  private final Access access;
  private final Identification identification;
  private final ApiTokens tokens;
  private final Clock clock;

  TokenResource(Access access, Identification identification, ApiTokens tokens, Clock clock) {
    this.access = access;
    this.identification = identification;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "TokenRequest")
  record Wish(
      @Schema(required = true, maxLength = LONGEST_NAME) String name,
      @Schema(required = true, description = "The most that it opens") Role scope,
      @Schema(required = true, minimum = "1", maximum = "366") int days,
      @Schema(description = "A service account, for admins") @Nullable String userId) {}

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "addToken", summary = "Makes a token; it is shown once")
  @RequestBody(content = @Content(schema = @Schema(implementation = Wish.class)))
  @APIResponse(
      responseCode = "201",
      description = "The token",
      content = @Content(schema = @Schema(implementation = TenantViews.Token.class)))
  public Uni<Response> add(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.HOLD_TOKENS)
        .chain(tenant -> issue(tenant, Access.caller(request), Fields.read(body)))
        .map(made -> made.orElseThrow(ApiException::notFound))
        .map(
            made ->
                Response.status(Response.Status.CREATED)
                    .entity(TenantViews.Token.of(made.what(), made.token()))
                    .build());
  }

  private Uni<Optional<dev.tmuxbuilder.tenancy.Issued<ApiTokens.Token>>> issue(
      TenantId tenant, Caller caller, Fields fields) {
    String name =
        fields.text(
            "name",
            text ->
                text.isBlank() || text.length() > LONGEST_NAME
                    ? Optional.of("must have 1 to 100 characters")
                    : Optional.empty());
    Role scope = fields.requiredChoice("scope", Role.class);
    int days = fields.positive("days");
    if (days > MOST_DAYS) {
      fields.wrong("days", "must be 366 at most");
    }
    Optional<String> other = fields.optionalText("user_id", text -> Optional.empty());
    fields.check();
    UserId holder =
        other
            .map(text -> UserId.parse(text).orElseThrow(ApiException::notFound))
            .orElseGet(() -> self(caller));
    Role own = caller.roleIn(tenant).orElseThrow(ApiException::notFound);
    if (!caller.mayActFor(holder) && !own.may(Permission.MANAGE_MEMBERS)) {
      throw ApiException.of(
          ProblemCode.FORBIDDEN, "As " + own.wire() + " you make tokens for yourself alone.");
    }
    return tokens.issue(
        tenant,
        holder,
        caller instanceof Caller.User user && user.id().equals(holder),
        name,
        scope.atMost(own),
        clock.instant().plus(Duration.ofDays(days)));
  }

  private static UserId self(Caller caller) {
    if (caller instanceof Caller.User user) {
      return user.id();
    }
    throw ApiException.fields(
        ProblemCode.INVALID_REQUEST,
        "Whose token is it to be?",
        java.util.List.of(new Problem.FieldError("user_id", "is missing")));
  }

  @GET
  @Operation(operationId = "tokens", summary = "Your tokens, or for admins all, newest first")
  public Uni<TenantViews.TokenList> list(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.HOLD_TOKENS)
        .chain(tenant -> tokens.of(tenant, reach(tenant, Access.caller(request))))
        .map(
            all ->
                new TenantViews.TokenList(
                    all.stream().map(one -> TenantViews.Token.of(one, null)).toList()));
  }

  @DELETE
  @Path("/{token_id}")
  @Operation(operationId = "revokeToken", summary = "Ends a token")
  @APIResponse(responseCode = "204", description = "It opens nothing any more")
  public Uni<Response> revoke(
      @PathParam("tenant_id") String id,
      @PathParam("token_id") String token,
      @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.HOLD_TOKENS)
        .chain(
            tenant ->
                tokens.revoke(
                    tenant, TenantResource.uuid(token), reach(tenant, Access.caller(request))))
        .map(
            there -> {
              if (!there) {
                throw ApiException.notFound();
              }
              identification.forget();
              return Response.noContent().build();
            });
  }

  /** Empty for who may see everybody's. */
  private static Optional<UserId> reach(TenantId tenant, Caller caller) {
    return caller instanceof Caller.User user
            && caller.roleIn(tenant).filter(role -> role.may(Permission.MANAGE_MEMBERS)).isEmpty()
        ? Optional.of(user.id())
        : Optional.empty();
  }
}

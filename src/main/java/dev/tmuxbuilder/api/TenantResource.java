package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Identity;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** Who is in a tenant, as what, and how others get in. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
class TenantResource {
  private static final Duration INVITATION = Duration.ofDays(7);
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

  private final Access access;
  private final Identification identification;
  private final Members members;
  private final Clock clock;

  TenantResource(Access access, Identification identification, Members members, Clock clock) {
    this.access = access;
    this.identification = identification;
    this.members = members;
    this.clock = clock;
  }

  @GET
  @Path("/tenants/{tenant_id}/members")
  @Operation(operationId = "members", summary = "Who is in the tenant, and as what")
  public Uni<TenantViews.MemberList> members(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.VIEW)
        .chain(members::of)
        .map(all -> new TenantViews.MemberList(all.stream().map(TenantViews.Member::of).toList()));
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "RoleRequest")
  record RoleWish(@Schema(required = true) Role role) {}

  @PUT
  @Path("/tenants/{tenant_id}/members/{user_id}")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "setRole", summary = "Gives a member another role")
  @RequestBody(content = @Content(schema = @Schema(implementation = RoleWish.class)))
  @APIResponse(responseCode = "204", description = "It has that role")
  public Uni<Response> setRole(
      @PathParam("tenant_id") String id,
      @PathParam("user_id") String user,
      byte[] body,
      @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.MANAGE_MEMBERS)
        .chain(
            tenant -> {
              Fields fields = Fields.read(body);
              Role role = fields.requiredChoice("role", Role.class);
              fields.check();
              return members.setRole(tenant, member(user), role);
            })
        .map(this::changed);
  }

  @DELETE
  @Path("/tenants/{tenant_id}/members/{user_id}")
  @Operation(operationId = "removeMember", summary = "Takes somebody out of the tenant")
  @APIResponse(responseCode = "204", description = "Its tokens open nothing here any more")
  public Uni<Response> remove(
      @PathParam("tenant_id") String id,
      @PathParam("user_id") String user,
      @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.MANAGE_MEMBERS)
        .chain(tenant -> members.remove(tenant, member(user)))
        .map(this::changed);
  }

  private static UserId member(String id) {
    return UserId.parse(id).orElseThrow(ApiException::notFound);
  }

  private Response changed(Members.Changed outcome) {
    return switch (outcome) {
      case DONE -> {
        identification.forget();
        yield Response.noContent().build();
      }
      case UNKNOWN -> throw ApiException.notFound();
      case LAST_ADMIN ->
          throw ApiException.of(
              ProblemCode.CONFLICT, "This is the last admin. Make another one first.");
    };
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "ServiceAccountRequest")
  record ServiceWish(
      @Schema(required = true, pattern = "[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?") String name,
      @Schema(required = true) Role role) {}

  @POST
  @Path("/tenants/{tenant_id}/service-accounts")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "addServiceAccount", summary = "Makes an account for a program")
  @RequestBody(content = @Content(schema = @Schema(implementation = ServiceWish.class)))
  @APIResponse(
      responseCode = "201",
      description = "The account; give it a token next",
      content = @Content(schema = @Schema(implementation = TenantViews.Account.class)))
  public Uni<Response> addService(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.MANAGE_MEMBERS)
        .chain(
            tenant -> {
              Fields fields = Fields.read(body);
              String name =
                  fields.text(
                      "name",
                      text ->
                          NAME.matcher(text).matches()
                              ? Optional.empty()
                              : Optional.of(
                                  "must have 1 to 40 lower-case letters, digits and hyphens"));
              Role role = fields.requiredChoice("role", Role.class);
              fields.check();
              return members
                  .addService(tenant, name, role)
                  .map(
                      made ->
                          made.map(
                                  user ->
                                      new TenantViews.Account(user.toString(), name, role.wire()))
                              .orElseThrow(
                                  () ->
                                      ApiException.of(
                                          ProblemCode.CONFLICT,
                                          "There is a service account of this name.")));
            })
        .map(account -> Response.status(Response.Status.CREATED).entity(account).build());
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "InvitationRequest")
  record InvitationWish(
      @Schema(required = true) String email, @Schema(required = true) Role role) {}

  @POST
  @Path("/tenants/{tenant_id}/invitations")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(operationId = "invite", summary = "Lets somebody with that email in, for seven days")
  @RequestBody(content = @Content(schema = @Schema(implementation = InvitationWish.class)))
  @APIResponse(
      responseCode = "201",
      description = "The invitation, with its token",
      content = @Content(schema = @Schema(implementation = TenantViews.Invitation.class)))
  public Uni<Response> invite(
      @PathParam("tenant_id") String id, byte[] body, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.MANAGE_MEMBERS)
        .chain(
            tenant -> {
              Fields fields = Fields.read(body);
              String email = fields.text("email", Identity::emailProblem);
              Role role = fields.requiredChoice("role", Role.class);
              fields.check();
              return members.invite(tenant, email, role, Access.caller(request).name(), INVITATION);
            })
        .map(
            made ->
                Response.status(Response.Status.CREATED)
                    .entity(TenantViews.Invitation.of(made.what(), made.token(), now()))
                    .build());
  }

  @GET
  @Path("/tenants/{tenant_id}/invitations")
  @Operation(operationId = "invitations", summary = "Who was invited, newest first")
  public Uni<TenantViews.InvitationList> invitations(
      @PathParam("tenant_id") String id, @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.MANAGE_MEMBERS)
        .chain(members::invitations)
        .map(
            all ->
                new TenantViews.InvitationList(
                    all.stream().map(one -> TenantViews.Invitation.of(one, null, now())).toList()));
  }

  @DELETE
  @Path("/tenants/{tenant_id}/invitations/{invitation_id}")
  @Operation(operationId = "revokeInvitation", summary = "Takes an invitation back")
  @APIResponse(responseCode = "204", description = "It opens nothing any more")
  public Uni<Response> revoke(
      @PathParam("tenant_id") String id,
      @PathParam("invitation_id") String invitation,
      @Context ContainerRequestContext request) {
    return access
        .openTenant(request, id, Permission.MANAGE_MEMBERS)
        .chain(tenant -> members.revokeInvitation(tenant, uuid(invitation)))
        .map(
            there -> {
              if (!there) {
                throw ApiException.notFound();
              }
              return Response.noContent().build();
            });
  }

  static UUID uuid(String text) {
    return UserId.parse(text).map(UserId::value).orElseThrow(ApiException::notFound);
  }

  /** What is sent, for the OpenAPI document. */
  @Schema(name = "AcceptRequest")
  record Acceptance(@Schema(required = true) String token) {}

  @POST
  @Path("/invitations/accept")
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "acceptInvitation",
      summary = "Makes you a member of the tenant that invited your email")
  @RequestBody(content = @Content(schema = @Schema(implementation = Acceptance.class)))
  @APIResponse(
      responseCode = "200",
      description = "The tenant, and your role there",
      content = @Content(schema = @Schema(implementation = TenantViews.Tenant.class)))
  public Uni<TenantViews.Tenant> accept(byte[] body, @Context ContainerRequestContext request) {
    UserId user = Access.requireUser(request).id();
    Fields fields = Fields.read(body);
    String token = fields.text("token", text -> Optional.empty());
    fields.check();
    return members
        .accept(user, Tokens.hash(token))
        .map(found -> found.orElseThrow(ApiException::notFound))
        .invoke(
            joined -> {
              identification.forget();
              Identification.inTenant(request, joined.tenant());
            })
        .map(joined -> TenantViews.Tenant.of(joined, joined.role()));
  }

  private Instant now() {
    return clock.instant();
  }
}

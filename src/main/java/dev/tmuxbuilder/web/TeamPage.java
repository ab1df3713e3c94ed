package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.ApiException;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.hosting.AllowedHost;
import dev.tmuxbuilder.hosting.AllowedHosts;
import dev.tmuxbuilder.tenancy.ApiTokens;
import dev.tmuxbuilder.tenancy.Approvals;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Quotas;
import dev.tmuxbuilder.tenancy.Role;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** A tenant: who is in it and as what, who is invited, which tokens open it, what it costs. */
@Path("/team")
class TeamPage {
  private final Access access;
  private final Members members;
  private final ApiTokens tokens;
  private final Approvals approvals;
  private final Ledgers ledgers;
  private final Quotas quotas;
  private final AllowedHosts allowed;
  private final InstantSource clock;

  TeamPage(
      Access access,
      Members members,
      ApiTokens tokens,
      Approvals approvals,
      Ledgers ledgers,
      Quotas quotas,
      AllowedHosts allowed,
      InstantSource clock) {
    this.allowed = allowed;
    this.quotas = quotas;
    this.approvals = approvals;
    this.access = access;
    this.members = members;
    this.tokens = tokens;
    this.ledgers = ledgers;
    this.clock = clock;
  }

  /**
   * What the page shows.
   *
   * @param self the id of who looks, where it is a user
   * @param manages whether who looks may change members
   * @param others the tenants that can be looked at instead
   * @param hosts that the programs of its dynamic sites may reach
   * @param costs of who looks; null where that is no user
   * @param audit the newest lines; null where who looks may not read them
   */
  public record View(
      String tenant,
      String name,
      @Nullable String self,
      boolean manages,
      List<Other> others,
      List<Member> members,
      List<Open> invitations,
      List<Token> tokens,
      List<Gate> gates,
      Limits limits,
      List<String> hosts,
      @Nullable CostTable costs,
      @Nullable List<AuditLine> audit) {
    public List<Role> roles() {
      return List.of(Role.values());
    }
  }

  /** A host, and whether what is made for it waits for an admin's yes. */
  public record Gate(String host, boolean asks) {}

  /** What the tenant has used, and may. */
  public record Limits(Limit sites, Limit storage, Limit agentMinutes) {
    static Limits of(Quotas.State state) {
      Quotas.Quota quota = state.quota();
      return new Limits(
          new Limit(Long.toString(state.sites()), quota.sites().map(Object::toString).orElse(null)),
          new Limit(
              Words.bytes(state.storageBytes()),
              quota.storageBytes().map(Words::bytes).orElse(null)),
          new Limit(
              Long.toString(state.agentTime().toMinutes()),
              quota.agentMinutes().map(Object::toString).orElse(null)));
    }
  }

  /**
   * One of them.
   *
   * @param most null where there is no limit
   */
  public record Limit(String used, @Nullable String most) {}

  /** Another tenant of who looks. */
  public record Other(String tenant, String name, boolean shown) {}

  /** Somebody in the tenant. */
  public record Member(
      String user, String email, String role, boolean service, boolean self, Instant since) {}

  /** An invitation that can still be accepted. */
  public record Open(String id, String email, String role, Instant until) {}

  /** A token that opens something. */
  public record Token(
      String id,
      String name,
      String holder,
      @Nullable String scope,
      @Nullable Instant lastUsed,
      @Nullable Instant until) {}

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(
      @QueryParam("tenant") @Nullable String wanted, @Context ContainerRequestContext request) {
    Frame frame = Frame.of("team", request);
    return Pages.signedIn(
        request,
        frame,
        () ->
            view(request, Optional.ofNullable(wanted))
                .chain(view -> Pages.html(frame, Templates.team(frame, view))));
  }

  private Uni<View> view(ContainerRequestContext request, Optional<String> wanted) {
    Caller caller = Access.caller(request);
    return memberships(caller)
        .chain(
            mine -> {
              String tenant =
                  wanted
                      .or(() -> mine.stream().findFirst().map(one -> one.tenant().toString()))
                      .orElseThrow(ApiException::notFound);
              return access
                  .openTenant(request, tenant, Permission.VIEW)
                  .chain(opened -> view(caller, opened, mine));
            });
  }

  private Uni<List<Members.Membership>> memberships(Caller caller) {
    return caller instanceof Caller.User user
        ? members
            .tenantsOf(user.id())
            .map(all -> all.stream().filter(one -> user.roleIn(one.tenant()).isPresent()).toList())
        : Uni.createFrom().item(List.of());
  }

  private Uni<View> view(Caller caller, TenantId tenant, List<Members.Membership> mine) {
    Role role = caller.roleIn(tenant).orElseThrow(ApiException::notFound);
    boolean manages = role.may(Permission.MANAGE_MEMBERS);
    Optional<UserId> self =
        caller instanceof Caller.User user ? Optional.of(user.id()) : Optional.empty();
    return Uni.combine()
        .all()
        .unis(
            members.of(tenant),
            manages ? members.invitations(tenant) : nobody(),
            tokens.of(tenant, manages ? Optional.empty() : self),
            approvals.of(tenant),
            quotas.of(tenant),
            allowed.of(tenant),
            optionally(self.map(user -> ledgers.costs(tenant, user))),
            optionally(
                role.may(Permission.READ_AUDIT)
                    ? Optional.of(ledgers.audit(tenant))
                    : Optional.empty()))
        .with(
            (all, invited, opening, asking, limits, hosts, costs, audit) ->
                new View(
                    tenant.toString(),
                    names(mine).getOrDefault(tenant, tenant.toString().substring(0, 8)),
                    self.map(Object::toString).orElse(null),
                    manages,
                    mine.stream().map(one -> other(one, tenant)).toList(),
                    all.stream().map(one -> member(one, self)).toList(),
                    invited.stream().filter(this::isOpen).map(TeamPage::open).toList(),
                    opening.stream().filter(this::opens).map(one -> token(one, all)).toList(),
                    Arrays.stream(HostProvider.values())
                        .map(host -> new Gate(host.wire(), asking.contains(host)))
                        .toList(),
                    Limits.of(limits),
                    hosts.stream().map(AllowedHost::toString).toList(),
                    costs.orElse(null),
                    audit.orElse(null)));
  }

  private static <T> Uni<Optional<T>> optionally(Optional<Uni<T>> wanted) {
    return wanted
        .map(one -> one.map(Optional::of))
        .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
  }

  private static Uni<List<Members.Invitation>> nobody() {
    return Uni.createFrom().item(List.of());
  }

  private static Map<TenantId, String> names(List<Members.Membership> mine) {
    return mine.stream()
        .filter(one -> one.name().isPresent())
        .collect(Collectors.toMap(Members.Membership::tenant, one -> one.name().orElseThrow()));
  }

  private static Other other(Members.Membership one, TenantId shown) {
    String id = one.tenant().toString();
    return new Other(id, one.name().orElse(id.substring(0, 8)), one.tenant().equals(shown));
  }

  private static Member member(Members.Member one, Optional<UserId> self) {
    return new Member(
        one.user().toString(),
        one.email(),
        one.role().wire(),
        one.service(),
        self.filter(one.user()::equals).isPresent(),
        one.since());
  }

  private boolean isOpen(Members.Invitation one) {
    return one.acceptedAt().isEmpty()
        && one.revokedAt().isEmpty()
        && one.expiresAt().isAfter(clock.instant());
  }

  private static Open open(Members.Invitation one) {
    return new Open(one.id().toString(), one.email(), one.role().wire(), one.expiresAt());
  }

  private boolean opens(ApiTokens.Token one) {
    return one.revokedAt().isEmpty()
        && one.expiresAt().filter(end -> !end.isAfter(clock.instant())).isEmpty();
  }

  private static Token token(ApiTokens.Token one, List<Members.Member> all) {
    String holder =
        all.stream()
            .filter(member -> member.user().equals(one.user()))
            .map(Members.Member::email)
            .findFirst()
            .orElse(one.user().toString());
    return new Token(
        one.id().toString(),
        one.name(),
        holder,
        one.scope().map(Role::wire).orElse(null),
        one.lastUsedAt().orElse(null),
        one.expiresAt().orElse(null));
  }
}

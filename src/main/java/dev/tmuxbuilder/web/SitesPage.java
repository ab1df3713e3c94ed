package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.Query;
import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.Permission;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** All sites of a tenant of who is signed in; of everybody, for the operator. */
@Path("/")
class SitesPage {
  /** More than anybody looks through; the search is in the browser, on one page. */
  private static final int MOST = 500;

  private static final int DIGITS_OF_A_SITE_NAME = 17;

  private final Archive archive;
  private final Overview overview;
  private final Access access;
  private final Members members;

  SitesPage(Archive archive, Overview overview, Access access, Members members) {
    this.access = access;
    this.members = members;
    this.archive = archive;
    this.overview = overview;
  }

  /**
   * What the page shows.
   *
   * @param before where this page begins; null on the first one
   * @param next where the next one begins; null on the last one
   * @param teams whose sites can be shown, where there is a choice
   */
  public record View(
      List<Card> cards, @Nullable String before, @Nullable String next, List<Team> teams) {
    public boolean isEmpty() {
      return cards.isEmpty();
    }

    /** Whose sites these are, where there is a choice; else null. */
    public @Nullable String team() {
      return teams.size() < 2
          ? null
          : teams.stream().filter(Team::shown).map(Team::tenant).findFirst().orElse(null);
    }
  }

  /** A tenant of who looks. */
  public record Team(String tenant, String name, boolean shown) {}

  /**
   * A site in few words.
   *
   * @param cost what the release that is live is estimated to cost a month
   */
  public record Card(
      String id,
      String name,
      String status,
      String host,
      String type,
      @Nullable String url,
      @Nullable Integer release,
      Instant createdAt,
      @Nullable String cost) {
    static Card of(Archive.Session session) {
      return new Card(
          session.id().toString(),
          readable(session.siteName()),
          session.status().wire(),
          session.host().wire(),
          session.siteType().wire(),
          session.url(),
          session.release(),
          session.createdAt(),
          cost(session));
    }

    private static @Nullable String cost(Archive.Session session) {
      Receipt.CostEstimate estimate = session.costEstimate();
      return estimate == null || session.status() == ExecutionStatus.DESTROYED
          ? null
          : estimate.monthly().toPlainString() + " " + estimate.currency();
    }

    public String statusKey() {
      return Keys.status(status);
    }

    /** The live release's number; 0 where there is none. */
    public int releaseNumber() {
      return release == null ? 0 : release;
    }

    /** Whether there is a picture to show. */
    public boolean hasPicture() {
      return release != null && !status.equals("destroyed");
    }
  }

  /** The words of a site's name without the digits that make it unique. */
  static String readable(String siteName) {
    String words =
        siteName
            .substring(0, Math.max(0, siteName.length() - DIGITS_OF_A_SITE_NAME))
            .replace('-', ' ');
    return words.isEmpty() || words.equals("site")
        ? siteName
        : words.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + words.substring(1);
  }

  @GET
  @Operation(hidden = true)
  public Uni<Response> show(
      @QueryParam("before") @Nullable String before,
      @QueryParam("tenant") @Nullable String tenant,
      @Context ContainerRequestContext request) {
    Frame frame = Frame.of("sites", request);
    return Pages.signedIn(
        request,
        frame,
        () ->
            view(request, before, Optional.ofNullable(tenant))
                .chain(view -> Pages.html(frame, Templates.sites(frame, view))));
  }

  private Uni<View> view(
      ContainerRequestContext request, @Nullable String before, Optional<String> tenant) {
    Optional<Archive.Place> place = Query.place(before);
    if (!(Access.caller(request) instanceof Caller.User user)) {
      return overview.sessions(place, MOST + 1).map(found -> view(found, before, List.of()));
    }
    return access
        .openTenant(request, tenant.orElseGet(() -> usual(user).toString()), Permission.VIEW)
        .chain(
            shown ->
                Uni.combine()
                    .all()
                    .unis(archive.sessions(shown, place, MOST + 1), teams(user, shown))
                    .with((found, teams) -> view(found, before, teams)));
  }

  /** Where the user is at home, or the only tenant that a token opens. */
  private static TenantId usual(Caller.User user) {
    return user.roleIn(user.tenant()).isPresent()
        ? user.tenant()
        : user.roles().keySet().stream().findFirst().orElse(user.tenant());
  }

  private Uni<List<Team>> teams(Caller.User user, TenantId shown) {
    return members
        .tenantsOf(user.id())
        .map(
            all ->
                all.stream()
                    .filter(one -> user.roleIn(one.tenant()).isPresent())
                    .map(one -> team(one, shown))
                    .toList());
  }

  private static Team team(Members.Membership one, TenantId shown) {
    String id = one.tenant().toString();
    return new Team(id, one.name().orElse(id.substring(0, 8)), one.tenant().equals(shown));
  }

  private static View view(
      List<Archive.Session> sessions, @Nullable String before, List<Team> teams) {
    return new View(
        sessions.stream().limit(MOST).map(Card::of).toList(),
        before,
        sessions.size() > MOST ? Query.cursor(sessions.get(MOST - 1).place()) : null,
        teams);
  }
}

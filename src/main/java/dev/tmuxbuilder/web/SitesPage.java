package dev.tmuxbuilder.web;

import dev.tmuxbuilder.api.Access;
import dev.tmuxbuilder.api.Query;
import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.tenancy.Caller;
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

/** All sites of who is signed in; of everybody, for the operator. */
@Path("/")
class SitesPage {
  /** More than anybody looks through; the search is in the browser, on one page. */
  private static final int MOST = 500;

  private static final int DIGITS_OF_A_SITE_NAME = 17;

  private final Archive archive;
  private final Overview overview;

  SitesPage(Archive archive, Overview overview) {
    this.archive = archive;
    this.overview = overview;
  }

  /**
   * What the page shows.
   *
   * @param before where this page begins; null on the first one
   * @param next where the next one begins; null on the last one
   */
  public record View(List<Card> cards, @Nullable String before, @Nullable String next) {
    public boolean isEmpty() {
      return cards.isEmpty();
    }
  }

  /** A site in few words. */
  public record Card(
      String id,
      String name,
      String status,
      String host,
      String type,
      @Nullable String url,
      @Nullable Integer release,
      Instant createdAt) {
    static Card of(Archive.Session session) {
      return new Card(
          session.id().toString(),
          readable(session.siteName()),
          session.status().wire(),
          session.host().wire(),
          session.siteType().wire(),
          session.url(),
          session.release(),
          session.createdAt());
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
      @QueryParam("before") @Nullable String before, @Context ContainerRequestContext request) {
    Frame frame = Frame.of("sites", request);
    return Pages.signedIn(
        request,
        frame,
        () ->
            sessions(Access.caller(request), Query.place(before))
                .map(found -> view(found, before))
                .chain(view -> Pages.html(frame, Templates.sites(frame, view))));
  }

  private Uni<List<Archive.Session>> sessions(Caller caller, Optional<Archive.Place> before) {
    return switch (caller) {
      case Caller.User user -> archive.sessions(user.tenant(), user.id(), before, MOST + 1);
      case Caller.Operator ignored -> overview.sessions(before, MOST + 1);
      case Caller.Anonymous ignored -> Uni.createFrom().item(List.of());
    };
  }

  private static View view(List<Archive.Session> sessions, @Nullable String before) {
    return new View(
        sessions.stream().limit(MOST).map(Card::of).toList(),
        before,
        sessions.size() > MOST ? Query.cursor(sessions.get(MOST - 1).place()) : null);
  }
}

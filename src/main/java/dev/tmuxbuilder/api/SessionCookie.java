package dev.tmuxbuilder.api;

import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Federation;
import dev.tmuxbuilder.tenancy.Person;
import dev.tmuxbuilder.tenancy.Sessions;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The cookie that a browser's session is, for pages and API alike. It goes to no script, to no
 * other site, and what it may change is asked for by pages of this service alone: the browser
 * itself says where a request comes from, and what says nothing is refused.
 */
@ApplicationScoped
public class SessionCookie {
  private static final String NAME = "tmuxbuilder_session";
  private static final Duration VALID = Duration.ofHours(12);
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private final Sessions sessions;
  private final Identification identification;
  private final Federation federation;
  private final Lockout lockout;

  SessionCookie(
      Sessions sessions, Identification identification, Federation federation, Lockout lockout) {
    this.federation = federation;
    this.sessions = sessions;
    this.identification = identification;
    this.lockout = lockout;
  }

  /**
   * Begins a session for the holder of the token; empty where it is nobody's.
   *
   * @throws ApiException where too many tokens from there were nobody's
   */
  public Uni<Optional<NewCookie>> begin(String token, HttpServerRequest connection) {
    lockout.check(connection);
    return identification
        .holder(token)
        .chain(
            holder -> {
              if (holder.isEmpty()) {
                lockout.failed(connection);
                return Uni.createFrom().item(Optional.empty());
              }
              return begin(Tokens.hash(token), connection).map(Optional::of);
            });
  }

  /** Begins a session for whoever calls: it stands for the token that proved the caller. */
  Uni<NewCookie> begin(ContainerRequestContext request, HttpServerRequest connection) {
    Optional<byte[]> token = Identification.credential(request);
    if (token.isPresent()) {
      return begin(token.get(), connection);
    }
    return Identification.caller(request) instanceof Caller.User user
        ? begin(user, connection)
        : Uni.createFrom().failure(ApiException.unauthorized("Sign in with a bearer token."));
  }

  /**
   * Begins a session for somebody whom a provider has let in.
   *
   * @return fails with {@link ApiException} where that is not proved, or has no place here
   */
  public Uni<NewCookie> begin(Uni<Person> proof, HttpServerRequest connection) {
    lockout.check(connection);
    return identification
        .person(proof)
        .onFailure(Identification::isWrong)
        .invoke(() -> lockout.failed(connection))
        .chain(identification::user)
        .chain(user -> begin(user, connection));
  }

  /** What a provider has to say, with its failures in the API's words. */
  public <T> Uni<T> proved(Uni<T> proof) {
    return Identification.proved(proof);
  }

  private Uni<NewCookie> begin(Caller.User user, HttpServerRequest connection) {
    return federation.signIn(user, VALID).chain(token -> begin(token, connection));
  }

  private Uni<NewCookie> begin(byte[] tokenSha256, HttpServerRequest connection) {
    return sessions.begin(tokenSha256, VALID).map(session -> of(session, VALID, connection));
  }

  /** Ends the session of the request, where it has one: its cookie opens nothing any more. */
  public Uni<NewCookie> end(ContainerRequestContext request, HttpServerRequest connection) {
    return session(request)
        .map(sessions::end)
        .orElseGet(() -> Uni.createFrom().voidItem())
        .map(ended -> of("", Duration.ZERO, connection));
  }

  static Optional<String> session(ContainerRequestContext request) {
    return Optional.ofNullable(request.getCookies().get(NAME)).map(Cookie::getValue);
  }

  private static NewCookie of(String session, Duration valid, HttpServerRequest connection) {
    return new NewCookie.Builder(NAME)
        .value(session)
        .path("/")
        .maxAge((int) valid.toSeconds())
        .httpOnly(true)
        .secure(connection.isSSL())
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }

  /**
   * What the browser says of the page that asks: Sec-Fetch-Site (W3C Fetch Metadata), or Origin
   * (RFC 6454) where it does not send the former.
   *
   * @throws ApiException where the request changes something and another site may have made it
   */
  public static void refuseForgery(ContainerRequestContext request) {
    if (!SAFE.contains(request.getMethod()) && !isOwn(request)) {
      throw ApiException.of(
          ProblemCode.FORBIDDEN,
          "With a cookie only pages of this service may do this. Send a bearer token instead.");
    }
  }

  /**
   * Like {@link #refuseForgery} for what programs send too: what names no page comes from none.
   *
   * @throws ApiException where a page of another site may have made the request
   */
  static void refuseForgeryByAPage(ContainerRequestContext request) {
    if (request.getHeaderString("Sec-Fetch-Site") != null
        || request.getHeaderString("Origin") != null) {
      refuseForgery(request);
    }
  }

  private static boolean isOwn(ContainerRequestContext request) {
    String from = request.getHeaderString("Sec-Fetch-Site");
    if (from != null) {
      return from.equals("same-origin");
    }
    String origin = request.getHeaderString("Origin");
    try {
      return origin != null && authority(request).equals(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException noOrigin) {
      return false;
    }
  }

  /** Host and port that were asked for; HTTP/2 has no Host header (RFC 9113, 8.3.1). */
  private static String authority(ContainerRequestContext request) {
    return Optional.ofNullable(request.getHeaderString(HttpHeaders.HOST))
        .orElseGet(() -> request.getUriInfo().getRequestUri().getAuthority());
  }
}

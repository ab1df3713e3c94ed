package dev.tmuxbuilder.api;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Cookie;
import jakarta.ws.rs.core.NewCookie;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * A browser that signed in sends its token as a cookie that no script can read. A browser sends
 * cookies along with what another site makes it ask for, so whatever changes something must come
 * from this service's own pages: from another origin of the same domain, where a site may be
 * served, SameSite alone would let it pass.
 */
public final class BrowserSession {
  private static final String COOKIE = "tmux_builder_session";
  private static final Duration LASTS = Duration.ofDays(14);
  private static final Set<String> HARMLESS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private BrowserSession() {}

  /**
   * The token in the request's cookie.
   *
   * @throws ApiException where the request changes something and comes from another site's page
   */
  static Optional<String> token(ContainerRequestContext request) {
    Optional<String> token =
        Optional.ofNullable(request.getCookies().get(COOKIE))
            .map(Cookie::getValue)
            .filter(value -> !value.isBlank());
    if (token.isPresent()) {
      requireOwnPage(request);
    }
    return token;
  }

  /**
   * What the browser says of the page that asks: Sec-Fetch-Site (W3C Fetch Metadata), or Origin
   * (RFC 6454) where it does not send the former.
   *
   * @throws ApiException where the request changes something and comes from elsewhere
   */
  public static void requireOwnPage(ContainerRequestContext request) {
    if (!HARMLESS.contains(request.getMethod()) && !fromOwnPage(request)) {
      throw ApiException.of(
          ProblemCode.FORBIDDEN,
          "This did not come from a page of this service, so it is refused.");
    }
  }

  private static boolean fromOwnPage(ContainerRequestContext request) {
    String site = request.getHeaderString("Sec-Fetch-Site");
    if (site != null) {
      return site.equals("same-origin");
    }
    String origin = request.getHeaderString("Origin");
    URI own = request.getUriInfo().getBaseUri();
    return origin != null && origin.equals(own.getScheme() + "://" + own.getAuthority());
  }

  public static NewCookie signedIn(ContainerRequestContext request, String token) {
    return cookie(request, token, (int) LASTS.toSeconds());
  }

  public static NewCookie signedOut(ContainerRequestContext request) {
    return cookie(request, "", 0);
  }

  private static NewCookie cookie(ContainerRequestContext request, String value, int maxAge) {
    return new NewCookie.Builder(COOKIE)
        .value(value)
        .path("/")
        .maxAge(maxAge)
        .httpOnly(true)
        .secure(request.getUriInfo().getBaseUri().getScheme().equals("https"))
        .sameSite(NewCookie.SameSite.STRICT)
        .build();
  }
}

package dev.tmuxbuilder.api;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.NewCookie;
import java.net.URI;
import java.util.Set;

/**
 * The cookie that a browser's session is. It goes to no script, to no other site, and what it may
 * change is asked for by pages of this service alone: the browser itself says where a request comes
 * from, and what says nothing is refused.
 */
final class SessionCookie {
  static final String NAME = "tmuxbuilder_session";
  private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

  private SessionCookie() {}

  static NewCookie of(String session, int seconds, boolean secure) {
    return new NewCookie.Builder(NAME)
        .value(session)
        .path("/")
        .maxAge(seconds)
        .httpOnly(true)
        .secure(secure)
        .sameSite(NewCookie.SameSite.LAX)
        .build();
  }

  /**
   * @throws ApiException where the request changes something and another site may have made it
   */
  static void refuseForgery(ContainerRequestContext request) {
    if (!SAFE.contains(request.getMethod()) && !isOwn(request)) {
      throw ApiException.of(
          ProblemCode.FORBIDDEN,
          "With a cookie only pages of this service may do this. Send a bearer token instead.");
    }
  }

  private static boolean isOwn(ContainerRequestContext request) {
    String from = request.getHeaderString("Sec-Fetch-Site");
    if (from != null) {
      return from.equals("same-origin") || from.equals("none");
    }
    String origin = request.getHeaderString("Origin");
    String host = request.getHeaderString(HttpHeaders.HOST);
    try {
      return origin != null && host != null && host.equals(URI.create(origin).getAuthority());
    } catch (IllegalArgumentException noOrigin) {
      return false;
    }
  }
}

package dev.tmuxbuilder.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;

/**
 * What a browser is told of every answer. A page may bring a content security policy of its own;
 * what brings none may load and run nothing.
 */
class SecurityHeaders {
  private static final int FIRST = 20_000;
  private static final String POLICY = "Content-Security-Policy";
  private static final String A_YEAR = "max-age=31536000";

  void register(@Observes Filters filters) {
    filters.register(SecurityHeaders::add, FIRST);
  }

  private static void add(RoutingContext request) {
    request.addHeadersEndHandler(
        ignored -> {
          MultiMap headers = request.response().headers();
          headers.set("X-Content-Type-Options", "nosniff");
          headers.set("X-Frame-Options", "DENY");
          headers.set("Referrer-Policy", "no-referrer");
          headers.set("Cross-Origin-Opener-Policy", "same-origin");
          headers.set("Cross-Origin-Resource-Policy", "same-origin");
          if (!headers.contains(POLICY)) {
            headers.set(POLICY, "default-src 'none'; frame-ancestors 'none'");
          }
          if (request.request().isSSL()) {
            headers.set("Strict-Transport-Security", A_YEAR);
          }
        });
    request.next();
  }
}

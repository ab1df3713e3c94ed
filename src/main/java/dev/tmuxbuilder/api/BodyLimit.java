package dev.tmuxbuilder.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;

/**
 * Refuses a body that says it is too large before any of it is read. One that does not say so is
 * cut off by the server's own limit.
 */
class BodyLimit {
  /** 64 KiB of brief take six times as much where every character is escaped. */
  static final long BYTES = 512 * 1024;

  private static final int BEFORE_THE_SERVERS_OWN = 10_000;

  void register(@Observes Filters filters) {
    filters.register(BodyLimit::check, BEFORE_THE_SERVERS_OWN);
  }

  private static void check(RoutingContext request) {
    if (length(request) <= BYTES) {
      request.next();
      return;
    }
    ApiException tooLarge =
        ApiException.of(ProblemCode.PAYLOAD_TOO_LARGE, "A body has " + BYTES + " bytes at most.");
    request
        .response()
        .setStatusCode(tooLarge.code().status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .putHeader(HttpHeaders.CONNECTION, "close")
        .end(Problems.body(tooLarge, request.request().path()));
  }

  private static long length(RoutingContext request) {
    String header = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
    try {
      return header == null ? 0 : Long.parseLong(header);
    } catch (NumberFormatException strange) {
      return 0; // the server itself refuses such a request
    }
  }
}

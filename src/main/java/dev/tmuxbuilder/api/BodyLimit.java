package dev.tmuxbuilder.api;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;

/**
 * Refuses a body that says it is too large before any of it is read. One that does not say so is
 * cut off while it is read: a form with files by the server's own limit, any other at twice what
 * may be said.
 */
class BodyLimit {
  private static final String FORM = "multipart/form-data";

  /** 64 KiB of brief take six times as much where every character is escaped. */
  static final long BYTES = 512 * 1024;

  /** Of a form with files. */
  static final long FORM_BYTES = 32 * 1024 * 1024;

  private static final int BEFORE_THE_SERVERS_OWN = 10_000;
  private static final int AFTER_THE_SERVERS_OWN = 1;

  void register(@Observes Filters filters) {
    filters.register(BodyLimit::check, BEFORE_THE_SERVERS_OWN);
    filters.register(BodyLimit::cutOff, AFTER_THE_SERVERS_OWN);
  }

  private static void cutOff(RoutingContext request) {
    if (most(request) == BYTES) {
      request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, 2 * BYTES);
    }
    request.next();
  }

  private static long most(RoutingContext request) {
    String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
    String path = request.normalizedPath();
    return type != null
            && type.regionMatches(true, 0, FORM, 0, FORM.length())
            && (path.equals("/api/create-user") || path.startsWith("/api/chat/"))
        ? FORM_BYTES
        : BYTES;
  }

  private static void check(RoutingContext request) {
    long most = most(request);
    if (length(request) <= most) {
      request.next();
      return;
    }
    ApiException tooLarge =
        ApiException.of(ProblemCode.PAYLOAD_TOO_LARGE, "A body has " + most + " bytes at most.");
    HttpServerResponse response = request.response();
    if (request.request().version() != HttpVersion.HTTP_2) {
      response.putHeader(HttpHeaders.CONNECTION, "close"); // what else it sends is not read
    }
    response
        .setStatusCode(tooLarge.code().status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
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

package dev.tmuxbuilder.hosting.local;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** Headers on their way between a visitor and a site's process. */
final class ForwardedHeaders {
  /** They belong to one connection and not to the message (RFC 9110, section 7.6.1). */
  private static final List<String> HOP_BY_HOP =
      List.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "upgrade");

  /** Whoever comes from outside has no say in these. */
  private static final List<String> OURS =
      List.of(
          "forwarded",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-real-ip");

  private ForwardedHeaders() {}

  /** Removes what belongs to the connection, and what its Connection header names. */
  static void stripHopByHop(MultiMap headers) {
    for (String connection : headers.getAll(HttpHeaders.CONNECTION)) {
      for (String name : connection.split(",")) {
        String option = name.strip();
        if (!option.isEmpty() && !option.equalsIgnoreCase("close")) {
          headers.remove(option);
        }
      }
    }
    HOP_BY_HOP.forEach(headers::remove);
  }

  /** Says who asked for what, whatever the request itself claims. */
  static void announce(MultiMap headers, HttpServerRequest request) {
    OURS.forEach(headers::remove);
    headers.set("x-forwarded-for", request.remoteAddress().hostAddress());
    headers.set("x-forwarded-proto", "http");
    String host = request.headers().get(HttpHeaders.HOST);
    if (host != null) {
      headers.set("x-forwarded-host", host);
    }
  }
}

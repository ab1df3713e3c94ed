package dev.tmuxbuilder.gateway;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/** Answers of the gateway's own. */
final class Answers {
  private static final String RETRY_SECONDS = "5";

  private Answers() {}

  static void refuse(HttpServerRequest request, Provider provider, Refused refused) {
    HttpServerResponse response = request.response();
    if (response.ended() || response.closed()) {
      return;
    }
    if (refused == Refused.TOO_OFTEN || refused == Refused.UNAVAILABLE) {
      response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
    }
    if (refused == Refused.TOO_LARGE && request.version() != HttpVersion.HTTP_2) {
      response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
    }
    response
        .setStatusCode(refused.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .end(provider.error(refused));
    request.resume();
  }
}

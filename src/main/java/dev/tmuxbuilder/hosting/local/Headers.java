package dev.tmuxbuilder.hosting.local;

import io.vertx.core.http.HttpHeaders;

/** Header names and values that every answer uses, made once. */
final class Headers {
  static final CharSequence CONTENT_TYPE_OPTIONS =
      HttpHeaders.createOptimized("x-content-type-options");
  static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
  static final CharSequence X_RELEASE = HttpHeaders.createOptimized("x-release");
  static final CharSequence BYTES = HttpHeaders.createOptimized("bytes");
  static final CharSequence ACCEPT_ENCODING = HttpHeaders.createOptimized("accept-encoding");
  static final CharSequence RANGE = HttpHeaders.createOptimized("range");
  static final CharSequence IF_RANGE = HttpHeaders.createOptimized("if-range");
  static final CharSequence GZIP = HttpHeaders.createOptimized(Coding.GZIP.token());
  static final CharSequence BROTLI = HttpHeaders.createOptimized(Coding.BROTLI.token());
  static final CharSequence GET_HEAD = HttpHeaders.createOptimized("GET, HEAD");
  static final CharSequence NO_CACHE = HttpHeaders.createOptimized("no-cache");

  private Headers() {}
}

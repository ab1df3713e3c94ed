package dev.tmuxbuilder.hosting.local;

import io.vertx.core.http.HttpHeaders;
import java.nio.file.Path;

/**
 * One form of a file, with the header values that never change.
 *
 * @param key of the content in the memory cache; equal content has an equal key
 * @param etag a strong validator: the content's digest, and the coding's name
 * @param length in bytes
 */
record Representation(
    Coding coding, Path file, String key, String etag, CharSequence etagValue, long length) {

  static Representation of(Coding coding, Path file, String sha256, long length) {
    String key = sha256 + coding.ending();
    String etag =
        coding == Coding.IDENTITY
            ? "\"" + sha256 + "\""
            : "\"" + sha256 + "-" + coding.token() + "\"";
    return new Representation(coding, file, key, etag, HttpHeaders.createOptimized(etag), length);
  }
}

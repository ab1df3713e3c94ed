package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.hosting.CachePolicy;
import dev.tmuxbuilder.hosting.MediaTypes;
import io.vertx.core.http.HttpHeaders;
import java.util.List;

/**
 * A file of a release, ready to be served.
 *
 * @param path relative to the release, with forward slashes
 * @param compressed the other forms that exist, best first
 */
record Asset(
    String path,
    CharSequence contentType,
    CharSequence cacheControl,
    Representation identity,
    List<Representation> compressed)
    implements Target {

  Asset {
    compressed = List.copyOf(compressed);
  }

  static Asset of(String path, Representation identity, List<Representation> compressed) {
    String type = MediaTypes.of(path);
    return new Asset(
        path,
        HttpHeaders.createOptimized(type),
        HttpHeaders.createOptimized(CachePolicy.of(path, type)),
        identity,
        compressed);
  }

  boolean varies() {
    return !compressed.isEmpty();
  }
}

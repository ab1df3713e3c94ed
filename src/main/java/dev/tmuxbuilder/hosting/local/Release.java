package dev.tmuxbuilder.hosting.local;

import io.vertx.core.http.HttpHeaders;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The index of one release: every path that may be asked for and what it leads to. Immutable; a
 * request uses one release from its beginning to its end.
 */
final class Release {
  private final String sha256;
  private final CharSequence header;
  private final Path root;
  private final Map<String, Target> targets;
  private final Optional<Asset> notFound;
  private final Set<String> digests;

  private Release(
      String sha256,
      Path root,
      Map<String, Target> targets,
      Optional<Asset> notFound,
      Set<String> digests) {
    this.sha256 = sha256;
    this.header = HttpHeaders.createOptimized(sha256);
    this.root = root;
    this.targets = targets;
    this.notFound = notFound;
    this.digests = digests;
  }

  /** Files with a dot in front stay private, but for the site's {@code .well-known} directory. */
  static Release of(String sha256, Path root, List<Asset> assets) {
    Map<String, Target> targets = HashMap.newHashMap(assets.size() * 2);
    Optional<Asset> notFound = Optional.empty();
    for (Asset asset : assets) {
      String path = "/" + asset.path();
      if (hidden(path)) {
        continue;
      }
      targets.put(path, asset);
      if (path.endsWith("/index.html")) {
        addDirectory(targets, path.substring(0, path.length() - "index.html".length()), asset);
      }
      if (path.equals("/404.html")) {
        notFound = Optional.of(asset);
      }
    }
    return new Release(
        sha256,
        root,
        targets,
        notFound,
        assets.stream()
            .map(asset -> asset.identity().key())
            .collect(Collectors.toUnmodifiableSet()));
  }

  private static void addDirectory(Map<String, Target> targets, String directory, Asset index) {
    targets.put(directory, index);
    if (directory.length() > 1) {
      targets.putIfAbsent(
          directory.substring(0, directory.length() - 1),
          new Target.Moved(RequestPath.encode(directory)));
    }
  }

  private static boolean hidden(String path) {
    return path.contains("/.") && (!path.startsWith("/.well-known/") || path.indexOf("/.", 1) >= 0);
  }

  Optional<Target> find(String path) {
    return Optional.ofNullable(targets.get(path));
  }

  Optional<Asset> notFound() {
    return notFound;
  }

  String sha256() {
    return sha256;
  }

  /** The digest as a header value. */
  CharSequence header() {
    return header;
  }

  /** The directory that holds the release's files. */
  Path root() {
    return root;
  }

  /** Of the content of all its files. */
  Set<String> digests() {
    return digests;
  }
}

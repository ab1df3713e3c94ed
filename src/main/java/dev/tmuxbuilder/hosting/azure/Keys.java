package dev.tmuxbuilder.hosting.azure;

/** Where things are in a site's account. */
final class Keys {
  private static final String RELEASES = "/releases/";
  private static final int DIGITS = 12;

  /** In the container that only this service reads: which change of the route is not finished. */
  static final String CHANGE = "change.json";

  private Keys() {}

  /** In the website's container. */
  static String blob(String artifactSha256, String key) {
    return path(artifactSha256).substring(1) + "/" + key;
  }

  /** As a route's origin path: starts with a slash, ends without one. */
  static String path(String artifactSha256) {
    return RELEASES + artifactSha256;
  }

  /** Of a route's origin path that somebody may have changed by hand. */
  static String release(String path) {
    return path.matches(RELEASES + "[0-9a-f]{64}") ? path.substring(RELEASES.length()) : "";
  }

  /** In the container that only this service reads. */
  static String manifest(String artifactSha256) {
    return "manifest-" + artifactSha256 + ".json";
  }

  /** Of each release there is one, and no other release has it: so it tells which one is shown. */
  static String mark(String artifactSha256) {
    return ".well-known/release-" + shortened(artifactSha256) + ".txt";
  }

  static String shortened(String artifactSha256) {
    return artifactSha256.substring(0, DIGITS);
  }
}

package dev.tmuxbuilder.hosting.azure;

import java.util.regex.Pattern;

/** Where things are in a site's account. */
final class Keys {
  private static final String RELEASES = "/releases/";

  /** Of manifests. */
  static final String MANIFESTS = "release-";

  /** Of releases that cannot be shown any more and whose objects are not all removed yet. */
  static final String MARKS = "removed-";

  private static final String ENDING = ".json";
  private static final int DIGITS = 12;

  /** In the container that only this service reads: the note of the last change of the route. */
  static final String CHANGE = "change.json";

  /** Each release has one, and says in it which it is: so a visitor can tell what is shown. */
  static final String MARK = ".well-known/release.txt";

  /** What Front Door compares literally and browsers never escape. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.~/-]{1,200}");

  private Keys() {}

  /** In the website's container. */
  static String blob(String artifactSha256, String key) {
    return path(artifactSha256).substring(1) + "/" + key;
  }

  /** A release's part of the website: starts with a slash, ends without one. */
  static String path(String artifactSha256) {
    return RELEASES + artifactSha256;
  }

  /** Of a route's origin path that somebody may have changed by hand. */
  static String release(String path) {
    return path.matches(RELEASES + "[0-9a-f]{64}") ? path.substring(RELEASES.length()) : "";
  }

  /** In the container that only this service reads. */
  static String manifest(String artifactSha256) {
    return MANIFESTS + artifactSha256 + ENDING;
  }

  /** Likewise. */
  static String mark(String artifactSha256) {
    return MARKS + artifactSha256 + ENDING;
  }

  /** Whose manifest or mark it is. */
  static String releaseOf(String name) {
    return name.substring(name.lastIndexOf('-') + 1, name.length() - ENDING.length());
  }

  /** Whether a rule can name it. */
  static boolean plain(String key) {
    return PLAIN.matcher(key).matches();
  }

  static String shortened(String artifactSha256) {
    return artifactSha256.substring(0, DIGITS);
  }
}

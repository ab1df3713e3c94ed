package dev.tmuxbuilder.hosting.azure;

import java.util.regex.Pattern;

/** Where things are in a site's account. */
final class Keys {
  private static final String RELEASES = "/releases/";
  private static final int DIGITS = 12;

  /** In the container that only this service reads: which change of the route is not finished. */
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
    return "release-" + artifactSha256 + ".json";
  }

  /** Whether a rule can name it. */
  static boolean plain(String key) {
    return PLAIN.matcher(key).matches();
  }

  static String shortened(String artifactSha256) {
    return artifactSha256.substring(0, DIGITS);
  }
}

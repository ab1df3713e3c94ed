package dev.tmuxbuilder.hosting.aws;

import java.util.regex.Pattern;

/** Where things are in a site's bucket, and at which paths they are served. */
final class Keys {
  static final String RELEASES = "releases/";
  static final String MANIFESTS = "manifest-";

  /** Of releases that cannot be shown any more and whose objects are not all removed yet. */
  static final String MARKS = "removed-";

  private static final String ENDING = ".json";

  /** What CloudFront takes literally in a path pattern and browsers never escape. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.~/-]{0,200}");

  private Keys() {}

  static String object(String release, String key) {
    return RELEASES + release + "/" + key;
  }

  static String manifest(String artifactSha256) {
    return MANIFESTS + artifactSha256 + ENDING;
  }

  static String mark(String artifactSha256) {
    return MARKS + artifactSha256 + ENDING;
  }

  /** Whose manifest or mark it is. */
  static String release(String key) {
    return key.substring(key.lastIndexOf('-') + 1, key.length() - ENDING.length());
  }

  /** As an origin path: starts with a slash, ends without one. */
  static String originPath(String release) {
    return "/" + RELEASES + release;
  }

  static boolean plain(String key) {
    return PLAIN.matcher(key).matches();
  }
}

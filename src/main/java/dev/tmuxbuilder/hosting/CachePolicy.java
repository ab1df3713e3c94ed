package dev.tmuxbuilder.hosting;

import java.util.regex.Pattern;

/** How long a browser may keep a file without asking again (RFC 9111). */
public final class CachePolicy {
  /** A part of the name that is a content hash: eight or more hex digits, not all decimal. */
  private static final Pattern HASHED =
      Pattern.compile("(.*[._-])?(?=[0-9a-f]*[a-f])[0-9a-f]{8,64}\\.[^/]*");

  static final String FOR_EVER = "public, max-age=31536000, immutable";
  static final String ASK_EACH_TIME = "no-cache";
  static final String SHORT = "public, max-age=300";

  private CachePolicy() {}

  public static String of(String path, String mediaType) {
    if (MediaTypes.html(mediaType)) {
      return ASK_EACH_TIME;
    }
    if (HASHED.matcher(path.substring(path.lastIndexOf('/') + 1)).matches()) {
      return FOR_EVER;
    }
    // An old style sheet or script under a new page would be a mixture of two releases.
    return mediaType.startsWith("image/")
            || mediaType.startsWith("font/")
            || mediaType.startsWith("audio/")
            || mediaType.startsWith("video/")
        ? SHORT
        : ASK_EACH_TIME;
  }
}

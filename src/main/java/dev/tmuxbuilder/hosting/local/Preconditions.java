package dev.tmuxbuilder.hosting.local;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/** Conditional requests (RFC 9110, section 13). */
final class Preconditions {
  private Preconditions() {}

  /** Whether the caller has this form of the file already, so that 304 is the answer. */
  static boolean notModified(MultiMap headers, Representation form, HttpDate lastModified) {
    String tags = headers.get(HttpHeaders.IF_NONE_MATCH);
    if (tags != null) {
      return matches(tags, form.etag());
    }
    String since = headers.get(HttpHeaders.IF_MODIFIED_SINCE);
    return since != null
        && HttpDate.parse(since)
            .map(date -> lastModified.epochSecond() <= date.getEpochSecond())
            .orElse(false);
  }

  /**
   * Whether a Range header counts: always without If-Range, else only for the same bytes.
   *
   * @param now in seconds since 1970
   */
  static boolean rangeCounts(
      @Nullable String ifRange, Representation form, HttpDate lastModified, long now) {
    if (ifRange == null) {
      return true;
    }
    String validator = ifRange.strip();
    if (validator.startsWith("\"")) {
      return validator.equals(form.etag());
    }
    // A date is a strong validator only where a second change within its second is ruled out.
    return validator.equals(lastModified.text()) && now > lastModified.epochSecond();
  }

  /** Weak comparison, as If-None-Match wants it. */
  private static boolean matches(String tags, String etag) {
    int at = 0;
    while (at < tags.length()) {
      char c = tags.charAt(at);
      if (c == '*') {
        return true;
      }
      if (c == '"') {
        int end = tags.indexOf('"', at + 1);
        if (end < 0) {
          return false;
        }
        if (tags.regionMatches(at, etag, 0, etag.length()) && end - at + 1 == etag.length()) {
          return true;
        }
        at = end;
      }
      at++;
    }
    return false;
  }
}

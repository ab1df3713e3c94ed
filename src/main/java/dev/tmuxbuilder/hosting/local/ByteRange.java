package dev.tmuxbuilder.hosting.local;

import org.jspecify.annotations.Nullable;

/** What a Range header asks for (RFC 9110, section 14). */
sealed interface ByteRange {

  /** The whole: no range, more than one, another unit, or a malformed one. */
  record Whole() implements ByteRange {}

  /** Nothing that is there: 416. */
  record Unsatisfiable() implements ByteRange {}

  /** Bytes {@code first} to {@code last}, both included. */
  record Part(long first, long last) implements ByteRange {
    long length() {
      return last - first + 1;
    }
  }

  static ByteRange parse(@Nullable String header, long size) {
    if (header == null || !header.regionMatches(true, 0, "bytes=", 0, 6)) {
      return new Whole();
    }
    String range = header.substring(6).strip();
    int dash = range.indexOf('-');
    if (dash < 0 || range.indexOf(',') >= 0) {
      return new Whole();
    }
    long first = number(range.substring(0, dash));
    long last = number(range.substring(dash + 1));
    if (first == MALFORMED || last == MALFORMED || (first == ABSENT && last == ABSENT)) {
      return new Whole();
    }
    if (first == ABSENT) {
      return last == 0 || size == 0
          ? new Unsatisfiable()
          : new Part(Math.max(0, size - last), size - 1);
    }
    if (last != ABSENT && last < first) {
      return new Whole();
    }
    if (first >= size) {
      return new Unsatisfiable();
    }
    return new Part(first, last == ABSENT ? size - 1 : Math.min(last, size - 1));
  }

  long ABSENT = -1;
  long MALFORMED = -2;

  private static long number(String text) {
    if (text.isEmpty()) {
      return ABSENT;
    }
    if (text.length() > 18) { // more digits than any file has bytes, and than a long holds
      return MALFORMED;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return MALFORMED;
      }
    }
    return Long.parseLong(text);
  }
}

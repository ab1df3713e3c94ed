package dev.tmuxbuilder.cli;

import java.util.Locale;

/**
 * Text as a terminal shows it. What comes from outside never reaches it with control characters.
 */
final class Text {
  private static final String ELLIPSIS = "…";

  private Text() {}

  /** One line, without anything that could move a cursor, change a colour or turn a direction. */
  static String clean(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> clean.appendCodePoint(Character.isWhitespace(c) || hides(c) ? ' ' : c));
    return clean.toString().strip();
  }

  private static boolean hides(int c) {
    return Character.isISOControl(c)
        || (c >= 0x200E && c <= 0x200F)
        || (c >= 0x2028 && c <= 0x202E)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** The columns that a text takes. */
  static int width(String text) {
    return text.codePoints().map(Text::width).sum();
  }

  /**
   * The columns of one character: none for marks that sit on the one before, two for East Asian
   * wide ones and pictures, as Unicode's annex 11 has it, told by block.
   */
  private static int width(int c) {
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean wide =
        (c >= 0x1100 && c <= 0x115F)
            || (c >= 0x2E80 && c <= 0xA4CF)
            || (c >= 0xAC00 && c <= 0xD7A3)
            || (c >= 0xF900 && c <= 0xFAFF)
            || (c >= 0xFE30 && c <= 0xFE6F)
            || (c >= 0xFF00 && c <= 0xFF60)
            || (c >= 0xFFE0 && c <= 0xFFE6)
            || (c >= 0x1F300 && c <= 0x1FAFF)
            || (c >= 0x20000 && c <= 0x3FFFD);
    return wide ? 2 : 1;
  }

  /** Cut to at most {@code columns}, with an ellipsis where something is missing. */
  static String fit(String text, int columns) {
    if (width(text) <= columns) {
      return text;
    }
    StringBuilder kept = new StringBuilder();
    int used = 0;
    for (int c : text.codePoints().toArray()) {
      if (used + width(c) > columns - 1) {
        break;
      }
      kept.appendCodePoint(c);
      used += width(c);
    }
    return columns < 1 ? "" : kept + ELLIPSIS;
  }

  /** Cut or filled with blanks to exactly {@code columns}. */
  static String pad(String text, int columns) {
    String fitted = fit(text, columns);
    return fitted + " ".repeat(Math.max(0, columns - width(fitted)));
  }

  /** Like {@link #pad}, with the blanks before. */
  static String padLeft(String text, int columns) {
    String fitted = fit(text, columns);
    return " ".repeat(Math.max(0, columns - width(fitted))) + fitted;
  }

  /** A time span in the shortest form that still says something: {@code 0.4 s}, {@code 2:05}. */
  static String span(long millis) {
    long shown = Math.max(0, millis);
    if (shown < 59_950) {
      return String.format(Locale.ROOT, "%.1f s", shown / 1000.0);
    }
    long seconds = shown / 1000;
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }
}

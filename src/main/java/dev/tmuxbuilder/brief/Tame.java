package dev.tmuxbuilder.brief;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes the sting out of text that nobody wrote to be read. The Markdown parser looks ahead from
 * every opening angle bracket, which costs the square of their number, and it is recursive in
 * nested emphasis and pictures. Where there are more of these signs than any author needs, they
 * become signs that look alike and mean nothing.
 */
final class Tame {
  private static final int MOST_TAGS = 2000;
  private static final int MOST_SIGNS = 1000;
  private static final Pattern BLANK_LINE = Pattern.compile("\n[ \t]*\n");
  private static final Pattern SIGNS = Pattern.compile("(?m)(?<!^)(?:\\*++|_++|~++|!\\[)");

  private Tame() {}

  static String tame(String markdown) {
    String text =
        markdown.chars().filter(c -> c == '<').count() > MOST_TAGS
            ? markdown.replace('<', '\uFF1C')
            : markdown;
    if (!hasManySigns(text)) {
      return text;
    }
    StringBuilder tamed = new StringBuilder(text.length());
    Matcher blank = BLANK_LINE.matcher(text);
    int from = 0;
    while (blank.find()) {
      tamed.append(paragraph(text.substring(from, blank.start()))).append(blank.group());
      from = blank.end();
    }
    return tamed.append(paragraph(text.substring(from))).toString();
  }

  private static String paragraph(String text) {
    return hasManySigns(text)
        ? text.replace('*', '\u2217')
            .replace('_', '\uFF3F')
            .replace('~', '\u223C')
            .replace("![", "[")
        : text;
  }

  private static boolean hasManySigns(String text) {
    return SIGNS.matcher(text).results().limit(MOST_SIGNS + 1L).count() > MOST_SIGNS;
  }
}

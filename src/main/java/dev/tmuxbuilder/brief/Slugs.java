package dev.tmuxbuilder.brief;

import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Names for addresses: lower-case ASCII letters, digits and single hyphens. */
public final class Slugs {
  private static final int LONGEST = 48;
  private static final Map<Character, String> LETTERS = letters();

  private final Set<String> taken = new HashSet<>();
  private final Map<String, Integer> counters = new HashMap<>();

  /**
   * @param reserved names that are never given
   */
  Slugs(Set<String> reserved) {
    taken.addAll(reserved);
  }

  /** A name for {@code text} that was not given before; {@code fallback} where none comes of it. */
  String unique(String text, String fallback) {
    String slug = slug(text, LONGEST);
    String base = slug.isEmpty() ? fallback : slug;
    String candidate = base;
    while (!taken.add(candidate)) {
      candidate = base + "-" + (counters.merge(base, 1, Integer::sum) + 1);
    }
    return candidate;
  }

  /**
   * Letters of other alphabets are written in Latin ones where there is a common way; what has none
   * is left out.
   *
   * @param max characters; cut between words where possible
   * @return possibly empty; never with a hyphen at an end
   */
  public static String slug(String text, int max) {
    String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFKD);
    StringBuilder slug = new StringBuilder();
    for (int i = 0; i < plain.length() && slug.length() <= max; i++) {
      append(slug, Character.toLowerCase(plain.charAt(i)));
    }
    return trim(cut(slug.toString(), max));
  }

  private static void append(StringBuilder slug, char c) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      slug.append(c);
    } else if (LETTERS.containsKey(c)) {
      slug.append(LETTERS.get(c));
    } else if (!isPartOfWord(c) && !slug.isEmpty() && slug.charAt(slug.length() - 1) != '-') {
      slug.append('-');
    }
  }

  /** Accents and apostrophes do not part a word. */
  private static boolean isPartOfWord(char c) {
    return Character.getType(c) == Character.NON_SPACING_MARK || c == '\'' || c == '’';
  }

  private static String cut(String slug, int max) {
    if (slug.length() <= max) {
      return slug;
    }
    int hyphen = slug.lastIndexOf('-', max);
    return slug.substring(0, hyphen > max / 2 ? hyphen : max);
  }

  private static String trim(String slug) {
    int end = slug.length();
    while (end > 0 && slug.charAt(end - 1) == '-') {
      end--;
    }
    return slug.substring(0, end);
  }

  private static Map<Character, String> letters() {
    Map<Character, String> letters = new HashMap<>();
    put(letters, "ßæœøđðłþıħŋ", "ss ae oe o d d l th i h n");
    put(
        letters,
        "абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґ",
        "a b v g d e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i i ie g");
    put(
        letters,
        "αβγδεζηθικλμνξοπρσςτυφχψω",
        "a v g d e z i th i k l m n x o p r s s t y f ch ps o");
    return Map.copyOf(letters);
  }

  private static void put(Map<Character, String> letters, String from, String to) {
    String[] latin = to.split(" ", -1);
    for (int i = 0; i < from.length(); i++) {
      letters.put(from.charAt(i), latin[i].equals("-") ? "" : latin[i]);
    }
  }
}

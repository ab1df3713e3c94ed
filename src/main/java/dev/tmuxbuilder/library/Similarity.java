package dev.tmuxbuilder.library;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** How alike two texts are, from 0 to 1. */
final class Similarity {
  private static final int SHINGLE = 5;
  private static final Set<String> EMPTY_WORDS =
      Set.of(
          "a", "an", "and", "are", "as", "at", "be", "before", "by", "for", "from", "has", "have",
          "in", "is", "it", "its", "not", "of", "on", "one", "or", "so", "that", "the", "them",
          "then", "this", "to", "use", "used", "when", "where", "whether", "which", "with", "site",
          "page", "pages", "sites");

  private Similarity() {}

  /** By the words that carry meaning, however they are ordered. */
  static double ofPurposes(String one, String other) {
    Map<String, Integer> a = counts(one);
    Map<String, Integer> b = counts(other);
    double dot =
        a.entrySet().stream().mapToInt(e -> e.getValue() * b.getOrDefault(e.getKey(), 0)).sum();
    double size = Math.sqrt(square(a) * square(b));
    return size == 0 ? 0 : dot / size;
  }

  private static double square(Map<String, Integer> counts) {
    return counts.values().stream().mapToInt(count -> count * count).sum();
  }

  private static Map<String, Integer> counts(String text) {
    Map<String, Integer> counts = new HashMap<>();
    words(text).stream()
        .filter(word -> !EMPTY_WORDS.contains(word))
        .map(
            word ->
                word.length() > 4 && word.endsWith("s")
                    ? word.substring(0, word.length() - 1)
                    : word)
        .forEach(word -> counts.merge(word, 1, Integer::sum));
    return counts;
  }

  /** By runs of words: how much of the shorter text is in the other one word for word. */
  static double ofTexts(Set<Integer> one, Set<Integer> other) {
    Set<Integer> smaller = one.size() <= other.size() ? one : other;
    Set<Integer> larger = smaller == one ? other : one;
    if (smaller.isEmpty()) {
      return 0;
    }
    return (double) smaller.stream().filter(larger::contains).count() / smaller.size();
  }

  static Set<Integer> shingles(String text) {
    List<String> words = words(text);
    Set<Integer> shingles = new HashSet<>();
    for (int i = 0; i + SHINGLE <= words.size(); i++) {
      shingles.add(words.subList(i, i + SHINGLE).hashCode());
    }
    return shingles;
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}

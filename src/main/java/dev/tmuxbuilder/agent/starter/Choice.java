package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Brief;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which design a brief gets, and why.
 *
 * @param reason one clause for the log
 * @param warning where the brief's wish could not be met
 */
record Choice(Design design, String reason, Optional<String> warning) {
  /** Its shapes stand for nothing, so they are never wrong. */
  private static final Design USUAL = Design.GAZETTE;

  private static final int ENOUGH = 20_000;
  private static final int MOST_FOR_ONE_WORD = 3;
  private static final int TITLE_COUNTS = 4;
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{M}]{1,40}+");

  /** By front matter where it names one, else by the words of the brief. */
  static Choice of(Brief brief) {
    Optional<String> wish = brief.meta("design");
    Optional<Design> wished = wish.flatMap(Design::parse);
    if (wished.isPresent()) {
      return new Choice(wished.get(), "the brief asks for it", Optional.empty());
    }
    Choice byWords = byWords(brief);
    return new Choice(
        byWords.design,
        byWords.reason,
        wish.map(
            name -> "There is no design “" + name + "”; taken instead: " + byWords.design.wire()));
  }

  private static Choice byWords(Brief brief) {
    Map<Design, Map<String, Integer>> found = new LinkedHashMap<>();
    count(brief.title() + " " + brief.name(), TITLE_COUNTS, found);
    count(brief.text().substring(0, Math.min(ENOUGH, brief.text().length())), 1, found);
    Design best = USUAL;
    for (Design design : Design.values()) {
      if (score(found, design) > score(found, best)) {
        best = design;
      }
    }
    int score = score(found, best);
    if (score == 0) {
      return new Choice(USUAL, "the brief speaks for no other", Optional.empty());
    }
    List<String> words = new ArrayList<>(found.getOrDefault(best, Map.of()).keySet());
    String some = String.join(", ", words.subList(0, Math.min(4, words.size())));
    return new Choice(
        best, "the brief speaks of " + some + " (score " + score + ")", Optional.empty());
  }

  private static void count(String text, int weight, Map<Design, Map<String, Integer>> found) {
    Map<String, Integer> words = words(text);
    for (Design design : Design.values()) {
      for (String stem : design.words()) {
        int times = 0;
        for (Map.Entry<String, Integer> word : words.entrySet()) {
          if (word.getKey().startsWith(stem)
              || (isIdeographic(stem) && word.getKey().contains(stem))) {
            times += word.getValue();
          }
        }
        if (times > 0) {
          found
              .computeIfAbsent(design, d -> new LinkedHashMap<>())
              .merge(stem, Math.min(times, MOST_FOR_ONE_WORD) * weight, Integer::sum);
        }
      }
    }
  }

  private static Map<String, Integer> words(String text) {
    Map<String, Integer> words = new HashMap<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.merge(matcher.group(), 1, Integer::sum);
    }
    return words;
  }

  /** Scripts without blanks between words. */
  private static boolean isIdeographic(String stem) {
    return stem.codePointAt(0) >= 0x2E80;
  }

  private static int score(Map<Design, Map<String, Integer>> found, Design design) {
    return found.getOrDefault(design, Map.of()).values().stream().mapToInt(Integer::intValue).sum();
  }
}

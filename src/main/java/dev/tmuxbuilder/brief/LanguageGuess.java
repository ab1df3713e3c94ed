package dev.tmuxbuilder.brief;

import java.lang.Character.UnicodeScript;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Guesses a text's language from its script, and within the Latin script from its small words. */
final class LanguageGuess {
  private static final int ENOUGH = 20_000;
  private static final Pattern WORD = Pattern.compile("\\p{L}{1,20}+");
  private static final Map<String, Set<String>> SMALL_WORDS = smallWords();

  private LanguageGuess() {}

  static Language of(String text) {
    String sample = text.substring(0, Math.min(text.length(), ENOUGH));
    Map<UnicodeScript, Integer> letters = new EnumMap<>(UnicodeScript.class);
    sample
        .codePoints()
        .filter(Character::isLetter)
        .forEach(c -> letters.merge(UnicodeScript.of(c), 1, Integer::sum));
    int all = letters.values().stream().mapToInt(Integer::intValue).sum();
    return new Language(all == 0 ? "en" : byScript(letters, all, sample));
  }

  private static String byScript(Map<UnicodeScript, Integer> letters, int all, String sample) {
    int kana = count(letters, UnicodeScript.HIRAGANA) + count(letters, UnicodeScript.KATAKANA);
    int han = count(letters, UnicodeScript.HAN);
    // A word in Han or kana needs far fewer letters than one in Latin script.
    if ((kana + han) * 3 > all) {
      return kana * 10 > han ? "ja" : "zh";
    }
    UnicodeScript most = UnicodeScript.LATIN;
    for (Map.Entry<UnicodeScript, Integer> entry : letters.entrySet()) {
      if (entry.getValue() > count(letters, most)) {
        most = entry.getKey();
      }
    }
    return switch (most) {
      case ARABIC -> arabic(sample);
      case HEBREW -> "he";
      case HANGUL -> "ko";
      case CYRILLIC -> has(sample, "іїєґ") ? "uk" : "ru";
      case GREEK -> "el";
      case DEVANAGARI -> "hi";
      case BENGALI -> "bn";
      case TAMIL -> "ta";
      case THAI -> "th";
      case ARMENIAN -> "hy";
      case GEORGIAN -> "ka";
      case LATIN -> latin(sample);
      default -> "en";
    };
  }

  private static String arabic(String sample) {
    if (has(sample, "ٹڈڑے")) {
      return "ur";
    }
    return has(sample, "پچژگ") ? "fa" : "ar";
  }

  private static String latin(String sample) {
    Map<String, Integer> score = new LinkedHashMap<>();
    Matcher words = WORD.matcher(sample.toLowerCase(Locale.ROOT));
    while (words.find()) {
      String word = words.group();
      SMALL_WORDS.forEach(
          (language, small) -> score.merge(language, small.contains(word) ? 1 : 0, Integer::sum));
    }
    String best = "en";
    for (Map.Entry<String, Integer> entry : score.entrySet()) {
      if (entry.getValue() > score.getOrDefault(best, 0)) {
        best = entry.getKey();
      }
    }
    return best;
  }

  private static boolean has(String sample, String letters) {
    return sample.chars().anyMatch(c -> letters.indexOf(c) >= 0);
  }

  private static int count(Map<UnicodeScript, Integer> letters, UnicodeScript script) {
    return letters.getOrDefault(script, 0);
  }

  private static Map<String, Set<String>> smallWords() {
    Map<String, Set<String>> words = new LinkedHashMap<>();
    words.put("en", Set.of("the", "and", "of", "to", "is", "you", "we", "for", "with", "our"));
    words.put("de", Set.of("der", "die", "das", "und", "ist", "wir", "mit", "für", "ein", "nicht"));
    words.put("fr", Set.of("le", "les", "et", "des", "nous", "vous", "est", "une", "du", "pour"));
    words.put("es", Set.of("el", "los", "las", "que", "una", "con", "por", "nuestro", "del"));
    words.put("it", Set.of("il", "gli", "che", "di", "una", "con", "per", "della", "sono"));
    words.put("pt", Set.of("os", "não", "uma", "com", "para", "do", "da", "são"));
    words.put("nl", Set.of("de", "het", "een", "en", "van", "wij", "met", "voor", "niet", "ons"));
    words.put("pl", Set.of("na", "jest", "się", "nie", "dla", "oraz", "nasz"));
    words.put("sv", Set.of("och", "är", "att", "det", "vi", "på", "med", "för", "som", "inte"));
    words.put("da", Set.of("og", "er", "at", "det", "vi", "på", "med", "til", "som", "ikke"));
    words.put("tr", Set.of("ve", "bir", "bu", "için", "ile", "da", "biz", "çok", "daha", "olan"));
    return words;
  }
}

package dev.tmuxbuilder.brief;

import java.util.IllformedLocaleException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The language of a text.
 *
 * @param tag BCP 47, in normal form
 */
public record Language(String tag) {
  private static final Set<String> RIGHT_TO_LEFT =
      Set.of("ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi");
  private static final Set<String> RIGHT_TO_LEFT_SCRIPTS =
      Set.of("Arab", "Hebr", "Thaa", "Syrc", "Nkoo", "Adlm", "Rohg");

  /** Reads a language tag; underscores count as hyphens. Nothing where it is not one. */
  public static Optional<Language> parse(String text) {
    try {
      Locale locale = new Locale.Builder().setLanguageTag(text.strip().replace('_', '-')).build();
      return locale.getLanguage().isEmpty()
          ? Optional.empty()
          : Optional.of(new Language(locale.toLanguageTag()));
    } catch (IllformedLocaleException notATag) {
      return Optional.empty();
    }
  }

  /** The language alone, without region or script. */
  public String primary() {
    return Locale.forLanguageTag(tag).getLanguage();
  }

  /** {@code rtl} or {@code ltr}. */
  public String direction() {
    return rightToLeft() ? "rtl" : "ltr";
  }

  public boolean rightToLeft() {
    String script = Locale.forLanguageTag(tag).getScript();
    return script.isEmpty()
        ? RIGHT_TO_LEFT.contains(primary())
        : RIGHT_TO_LEFT_SCRIPTS.contains(script);
  }
}

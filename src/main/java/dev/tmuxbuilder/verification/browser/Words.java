package dev.tmuxbuilder.verification.browser;

import java.util.List;
import java.util.Locale;

/** Turns of phrase for people who read checks. */
final class Words {
  private static final int MAX_LINE = 300;

  private Words() {}

  static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : shorten(message.strip().lines().findFirst().orElse(""));
  }

  static String shorten(String text) {
    return text.length() <= MAX_LINE ? text : text.substring(0, MAX_LINE - 1) + "…";
  }

  /** {@code 3 files}, {@code 1 file}. */
  static String count(long number, String one) {
    return number + " " + one + (number == 1 ? "" : one.endsWith("s") ? "es" : "s");
  }

  static String bytes(long number) {
    if (number < 1000) {
      return number + " bytes";
    }
    return number < 1_000_000
        ? String.format(Locale.ROOT, "%d kB", Math.round(number / 1000.0))
        : String.format(Locale.ROOT, "%.1f MB", number / 1_000_000.0);
  }

  /** The first few of many, and how many more there are. */
  static String some(List<String> all, int most) {
    String few = String.join("; ", all.stream().limit(most).map(Words::shorten).toList());
    return all.size() <= most ? few : few + "; and " + (all.size() - most) + " more";
  }
}

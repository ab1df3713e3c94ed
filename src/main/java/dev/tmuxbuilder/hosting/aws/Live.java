package dev.tmuxbuilder.hosting.aws;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which release a distribution shows and which it showed before: written into the distribution's
 * comment, so that it changes in the same instant as what is shown.
 *
 * @param now first digits of the artifact's digest, or empty where nothing was live yet
 * @param before likewise
 * @param change one word for this switch and no other
 */
record Live(String now, String before, String change) {
  static final Live NOTHING = new Live("", "", "0");

  private static final int DIGITS = 12;
  private static final Pattern FORM =
      Pattern.compile(
          "\\S+ shows ([0-9a-f]{12}|nothing) after ([0-9a-f]{12}|nothing), change (\\w{1,12})");

  static String shortened(String artifactSha256) {
    return artifactSha256.substring(0, DIGITS);
  }

  /** Of a comment that somebody may have changed by hand. */
  static Live parse(String comment) {
    Matcher matcher = FORM.matcher(comment);
    return matcher.matches()
        ? new Live(digits(matcher.group(1)), digits(matcher.group(2)), matcher.group(3))
        : NOTHING;
  }

  private static String digits(String word) {
    return word.equals("nothing") ? "" : word;
  }

  Live next(String artifactSha256, long epochSecond) {
    return new Live(shortened(artifactSha256), now, Long.toString(epochSecond, 36));
  }

  boolean shows(String artifactSha256) {
    return now.equals(shortened(artifactSha256));
  }

  Optional<String> release() {
    return now.isEmpty() ? Optional.empty() : Optional.of(now);
  }

  Optional<String> previous() {
    return before.isEmpty() ? Optional.empty() : Optional.of(before);
  }

  /** What is shown and what was before, as far as there is any. */
  List<String> releases() {
    return Stream.of(now, before).filter(digits -> !digits.isEmpty()).toList();
  }

  /** At most 128 characters, as CloudFront wants it. */
  String comment(String name) {
    return "%s shows %s after %s, change %s".formatted(name, word(now), word(before), change);
  }

  private static String word(String digits) {
    return digits.isEmpty() ? "nothing" : digits;
  }
}

package dev.tmuxbuilder.execution;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * One site of a user: {@code sess_YYYYMMDD_HHMMSS_xxxx}, in UTC with four random base-36 digits.
 */
public record SessionId(String value) {
  private static final Pattern FORM = Pattern.compile("sess_[0-9]{8}_[0-9]{6}_[0-9a-z]{4}");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);
  private static final int BASE_36_TO_THE_4TH = 36 * 36 * 36 * 36;

  public SessionId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException("not a session id");
    }
  }

  /** Four digits can meet by chance within a second: the store refuses a second one of a user. */
  public static SessionId next(Instant now, RandomGenerator random) {
    String tail = Integer.toString(random.nextInt(BASE_36_TO_THE_4TH), 36);
    return new SessionId("sess_" + STAMP.format(now) + "_" + "0".repeat(4 - tail.length()) + tail);
  }

  public static Optional<SessionId> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new SessionId(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}

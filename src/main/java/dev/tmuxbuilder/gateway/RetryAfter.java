package dev.tmuxbuilder.gateway;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The header of that name (RFC 9110, 10.2.3): seconds, or a date. */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /** Empty where there is none that makes sense. */
  static Optional<Duration> of(@Nullable String header) {
    if (header == null || header.isBlank()) {
      return Optional.empty();
    }
    String value = header.strip();
    try {
      return Optional.of(bounded(Duration.ofSeconds(Long.parseLong(value))));
    } catch (NumberFormatException noSeconds) {
      return date(value);
    }
  }

  private static Optional<Duration> date(String value) {
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(bounded(Duration.between(Instant.now(), until)));
    } catch (DateTimeParseException neither) {
      return Optional.empty();
    }
  }

  private static Duration bounded(Duration wanted) {
    return wanted.isNegative() ? Duration.ZERO : wanted.compareTo(LONGEST) > 0 ? LONGEST : wanted;
  }
}

package dev.tmuxbuilder.hosting.local;

import io.vertx.core.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * A moment as HTTP writes it, to the second (RFC 9110, section 5.6.7).
 *
 * @param value as a header value
 */
record HttpDate(long epochSecond, String text, CharSequence value) {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  static HttpDate of(Instant moment) {
    String text = FORM.format(moment);
    return new HttpDate(moment.getEpochSecond(), text, HttpHeaders.createOptimized(text));
  }

  static Optional<Instant> parse(String text) {
    try {
      return Optional.of(Instant.from(FORM.parse(text.strip())));
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }
}

package dev.tmuxbuilder.web;

import io.quarkus.qute.TemplateExtension;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How values are written on pages. */
@TemplateExtension
final class Words {
  private static final DateTimeFormatter ABSOLUTE =
      DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ENGLISH).withZone(ZoneOffset.UTC);
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;

  private Words() {}

  static String absolute(Instant time) {
    return ABSOLUTE.format(time);
  }

  static String clock(Instant time) {
    return CLOCK.format(time);
  }

  /** Milliseconds as a person says them. */
  static String duration(Long millis) {
    if (millis < SECOND) {
      return millis + " ms";
    }
    return millis < MINUTE
        ? String.format(Locale.ROOT, "%.1f s", millis / (double) SECOND)
        : millis / MINUTE + " min " + millis % MINUTE / SECOND + " s";
  }

  static String bytes(Long count) {
    if (count < 1_000) {
      return count + " B";
    }
    return count < 1_000_000
        ? String.format(Locale.ROOT, "%.1f kB", count / 1e3)
        : String.format(Locale.ROOT, "%.1f MB", count / 1e6);
  }
}

package dev.tmuxbuilder.hosting.local;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses among the forms of a file by a request's Accept-Encoding (RFC 9110, section 12.5.3). */
final class AcceptEncoding {
  private AcceptEncoding() {}

  /**
   * The form of the highest quality; among equals the smaller one. The plain form where nothing
   * else is welcome, even if it was refused too: an answer is worth more than a 406.
   */
  static Representation choose(Asset asset, @Nullable String header) {
    if (header == null || !asset.varies()) {
      return asset.identity();
    }
    Representation best = asset.identity();
    double bestQuality = explicit(header, Coding.IDENTITY).orElse(0.0001);
    for (Representation candidate : asset.compressed()) {
      double quality = quality(header, candidate.coding());
      if (quality > bestQuality
          || (quality > 0 && quality == bestQuality && candidate.length() < best.length())) {
        best = candidate;
        bestQuality = quality;
      }
    }
    return best;
  }

  private static double quality(String header, Coding coding) {
    return explicit(header, coding).orElseGet(() -> find(header, "*").orElse(0.0));
  }

  private static Optional<Double> explicit(String header, Coding coding) {
    return find(header, coding.token());
  }

  private static Optional<Double> find(String header, String token) {
    int start = 0;
    while (start < header.length()) {
      int comma = header.indexOf(',', start);
      int end = comma < 0 ? header.length() : comma;
      int semicolon = header.indexOf(';', start);
      boolean weighted = semicolon >= 0 && semicolon < end;
      if (is(header, start, weighted ? semicolon : end, token)) {
        return Optional.of(weighted ? weight(header.substring(semicolon + 1, end)) : 1.0);
      }
      start = end + 1;
    }
    return Optional.empty();
  }

  private static boolean is(String header, int from, int to, String token) {
    int start = from;
    int end = to;
    while (start < end && header.charAt(start) <= ' ') {
      start++;
    }
    while (end > start && header.charAt(end - 1) <= ' ') {
      end--;
    }
    return end - start == token.length()
        && header.regionMatches(true, start, token, 0, token.length());
  }

  private static double weight(String parameter) {
    String text = parameter.strip();
    if (text.length() < 3 || !text.regionMatches(true, 0, "q=", 0, 2)) {
      return 1.0;
    }
    try {
      double quality = Double.parseDouble(text.substring(2).strip());
      return quality >= 0 && quality <= 1 ? quality : 0;
    } catch (NumberFormatException malformed) {
      return 0;
    }
  }
}

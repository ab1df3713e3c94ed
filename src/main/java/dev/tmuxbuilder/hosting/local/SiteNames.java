package dev.tmuxbuilder.hosting.local;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds a site's name in a Host header (RFC 9110, section 7.2). Case, a port and a trailing dot do
 * not matter. Only a DNS label directly below the sites' domain is a name.
 */
final class SiteNames {
  private static final int LONGEST = 63;

  private final String suffix;

  SiteNames(String domain) {
    this.suffix = "." + domain.toLowerCase(Locale.ROOT);
  }

  static boolean legal(String name) {
    if (name.isEmpty() || name.length() > LONGEST) {
      return false;
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean inner = i > 0 && i < name.length() - 1;
      if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !(c == '-' && inner)) {
        return false;
      }
    }
    return true;
  }

  Optional<String> inHost(@Nullable String host) {
    if (host == null) {
      return Optional.empty();
    }
    int end = host.lastIndexOf(':');
    if (end < 0) {
      end = host.length();
    } else if (!digits(host, end + 1)) {
      return Optional.empty();
    }
    if (end > 0 && host.charAt(end - 1) == '.') {
      end--;
    }
    int label = end - suffix.length();
    if (label < 1
        || label > LONGEST
        || !host.regionMatches(true, label, suffix, 0, suffix.length())) {
      return Optional.empty();
    }
    String name = host.substring(0, label).toLowerCase(Locale.ROOT);
    return legal(name) ? Optional.of(name) : Optional.empty();
  }

  private static boolean digits(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }
}

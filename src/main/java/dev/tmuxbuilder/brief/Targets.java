package dev.tmuxbuilder.brief;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a link may lead to. Everything else is text. */
final class Targets {
  private static final int LONGEST = 2000;
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)");
  private static final Pattern WEB = Pattern.compile("//([^/?#]+)([/?#].*)?");
  private static final Pattern AUTHORITY =
      Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?");
  private static final Pattern MAIL =
      Pattern.compile("[A-Za-z0-9._+%-]{1,64}@[A-Za-z0-9.-]{1,190}\\.[A-Za-z]{2,24}(\\?.*)?");
  private static final String PLAIN = "-._~:/?#@!$&*+,;=%";

  private Targets() {}

  /** The normal form of a link that leads away from the site; nothing where it is not allowed. */
  static Optional<String> external(String destination) {
    String bare = destination.replaceAll("[\\s\\p{C}]+", "");
    Matcher scheme = SCHEME.matcher(bare.startsWith("//") ? "https:" + bare : bare);
    if (bare.length() > LONGEST || !scheme.matches()) {
      return Optional.empty();
    }
    String rest = scheme.group(2);
    return switch (scheme.group(1).toLowerCase(Locale.ROOT)) {
      case "http" -> web("http", rest);
      case "https" -> web("https", rest);
      case "mailto" ->
          MAIL.matcher(rest).matches() ? Optional.of("mailto:" + encode(rest)) : none();
      case "tel" -> telephone(rest);
      default -> none();
    };
  }

  /** Whether a destination without a scheme was meant for a place on the site. */
  static boolean isInternal(String destination) {
    return !destination.isBlank()
        && !destination.strip().startsWith("//")
        && !SCHEME.matcher(destination.strip()).matches();
  }

  /** A telephone number without what only helps the eye. */
  static String dialled(String number) {
    return number.replaceAll("\\(0\\)|[^0-9+]", "");
  }

  private static Optional<String> web(String scheme, String rest) {
    Matcher parts = WEB.matcher(rest);
    if (!parts.matches()) {
      return none();
    }
    String authority = ascii(parts.group(1)).toLowerCase(Locale.ROOT);
    if (!AUTHORITY.matcher(authority).matches()) {
      return none();
    }
    String tail = parts.group(2) == null ? "/" : parts.group(2);
    return Optional.of(
        scheme + "://" + authority + encode(tail.startsWith("/") ? tail : "/" + tail));
  }

  private static Optional<String> telephone(String rest) {
    String number = dialled(rest);
    return number.matches("\\+?[0-9]{3,15}") ? Optional.of("tel:" + number) : none();
  }

  private static String ascii(String authority) {
    try {
      return IDN.toASCII(authority);
    } catch (IllegalArgumentException notAName) {
      return "";
    }
  }

  private static String encode(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (octet & 0xff);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (letter || PLAIN.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
      }
    }
    return encoded.toString().replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
  }

  private static Optional<String> none() {
    return Optional.empty();
  }
}

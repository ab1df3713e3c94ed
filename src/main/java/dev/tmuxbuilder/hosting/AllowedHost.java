package dev.tmuxbuilder.hosting;

import java.net.IDN;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A host that programs may reach, with the port on it. Addresses are none: what a name leads to is
 * looked at when it is used.
 *
 * @param name in lower case and ASCII; {@code *.example.org} is every name below {@code
 *     example.org}, and not that name itself
 */
public record AllowedHost(String name, int port) {
  private static final int USUAL_PORT = 443;
  private static final int LAST_PORT = 65_535;
  private static final int LONGEST = 253;
  private static final String BELOW = "*.";

  /** Names of two labels or more, of which the last is no number (RFC 1123, 2.1). */
  private static final Pattern NAME =
      Pattern.compile(
          "(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+(?=[a-z0-9-]*[a-z])[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");

  /** From {@code NAME} or {@code NAME:PORT}; empty where it is neither. */
  public static Optional<AllowedHost> parse(String text) {
    int colon = text.indexOf(':');
    String port = colon < 0 ? Integer.toString(USUAL_PORT) : text.substring(colon + 1);
    String whole = colon < 0 ? text : text.substring(0, colon);
    String below = whole.startsWith(BELOW) ? BELOW : "";
    Optional<String> name = ascii(whole.substring(below.length()));
    if (name.isEmpty() || !PORT.matcher(port).matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(port);
    return number < 1 || number > LAST_PORT
        ? Optional.empty()
        : Optional.of(new AllowedHost(below + name.get(), number));
  }

  private static Optional<String> ascii(String name) {
    try {
      return Optional.of(IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT))
          .filter(found -> found.length() <= LONGEST && NAME.matcher(found).matches());
    } catch (IllegalArgumentException noName) {
      return Optional.empty();
    }
  }

  /** Whether a program means this one by what it asks for. */
  public boolean fits(String host, int wantedPort) {
    String wanted = host.toLowerCase(Locale.ROOT);
    return port == wantedPort
        && (name.startsWith(BELOW)
            ? wanted.endsWith(name.substring(1)) && NAME.matcher(wanted).matches()
            : wanted.equals(name));
  }

  @Override
  public String toString() {
    return port == USUAL_PORT ? name : name + ":" + port;
  }
}

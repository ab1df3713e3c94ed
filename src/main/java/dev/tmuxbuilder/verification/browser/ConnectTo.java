package dev.tmuxbuilder.verification.browser;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where names are reached that do not resolve, as with curl's {@code --connect-to}: {@code
 * *.example.net=http://127.0.0.1:5600}, separated by commas. The first rule that fits counts.
 */
record ConnectTo(List<Rule> rules) {
  ConnectTo {
    rules = List.copyOf(rules);
  }

  /**
   * @param name a host name in lower case, in which {@code *} stands for any characters
   */
  record Rule(String name, URI address) {
    boolean fits(String host) {
      String[] parts = name.split("\\*", -1);
      String regex = String.join(".*", Arrays.stream(parts).map(Pattern::quote).toList());
      return Pattern.matches(regex, host);
    }
  }

  /** A place to open a connection to. */
  record Place(String host, int port, boolean tls) {}

  /**
   * @throws IllegalArgumentException with a sentence for the operator
   */
  static ConnectTo parse(String setting) {
    return new ConnectTo(
        Arrays.stream(setting.split(","))
            .map(String::strip)
            .filter(rule -> !rule.isEmpty())
            .map(ConnectTo::rule)
            .toList());
  }

  private static Rule rule(String text) {
    int equals = text.indexOf('=');
    URI address = URI.create(text.substring(equals + 1));
    if (equals < 1 || address.getHost() == null || !isHttp(address)) {
      throw new IllegalArgumentException(
          "tmuxbuilder.verify.connect-to: \"" + text + "\" is not NAME=http://HOST:PORT");
    }
    return new Rule(text.substring(0, equals).toLowerCase(Locale.ROOT), address);
  }

  private static boolean isHttp(URI address) {
    return "http".equals(address.getScheme()) || "https".equals(address.getScheme());
  }

  Optional<Rule> ruleFor(URI url) {
    String host = Origin.host(url);
    return rules.stream().filter(rule -> rule.fits(host)).findFirst();
  }

  /**
   * Where to connect for a URL. Names under {@code localhost} are this machine (RFC 6761, 6.3),
   * whatever its resolver says.
   */
  Place place(URI url) {
    Optional<Rule> rule = ruleFor(url);
    if (rule.isPresent()) {
      return place(Origin.host(rule.get().address()), rule.get().address());
    }
    return place(Origin.isLocalName(Origin.host(url)) ? "127.0.0.1" : Origin.host(url), url);
  }

  private static Place place(String host, URI url) {
    return new Place(host, Origin.port(url), "https".equals(url.getScheme()));
  }
}

package dev.tmuxbuilder.verification.browser;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Scheme, host and port, all that makes a site one site to a browser (RFC 6454).
 *
 * @param port never the {@code -1} of a URI
 */
record Origin(String scheme, String host, int port) {
  static Origin of(URI url) {
    return new Origin(
        Objects.requireNonNullElse(url.getScheme(), "").toLowerCase(Locale.ROOT),
        host(url),
        port(url));
  }

  static String host(URI url) {
    return Objects.requireNonNullElse(url.getHost(), "").toLowerCase(Locale.ROOT);
  }

  static int port(URI url) {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return "https".equals(url.getScheme()) ? 443 : 80;
  }

  static boolean isLocalName(String host) {
    return host.equals("localhost") || host.endsWith(".localhost");
  }

  static boolean isLoopback(String host) {
    return isLocalName(host) || host.startsWith("127.") || host.equals("[::1]");
  }

  boolean owns(String url) {
    return parse(url).filter(other -> equals(of(other))).isPresent();
  }

  /** As it begins every URL of the site, without the last slash. */
  String text() {
    boolean usual = port == ("https".equals(scheme) ? 443 : 80);
    return scheme + "://" + host + (usual ? "" : ":" + port);
  }

  static Optional<URI> parse(String url) {
    try {
      return Optional.of(URI.create(url));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }
}

package dev.tmuxbuilder.gateway;

import io.vertx.core.MultiMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Headers that are between two neighbours alone (RFC 9110, 7.6.1). */
final class HopByHop {
  private static final Set<String> NAMES =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authentication-info",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private HopByHop() {}

  /** All but those, and but cookies, which are the provider's and ours. */
  static void copyAnswer(MultiMap from, MultiMap to) {
    Set<String> left = new HashSet<>(NAMES);
    left.add("set-cookie");
    from.getAll("connection").stream()
        .flatMap(value -> java.util.Arrays.stream(value.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .forEach(left::add);
    from.forEach(
        (name, value) -> {
          if (!left.contains(name.toLowerCase(Locale.ROOT))) {
            to.add(name, value);
          }
        });
  }
}

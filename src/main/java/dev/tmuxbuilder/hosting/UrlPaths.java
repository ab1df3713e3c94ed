package dev.tmuxbuilder.hosting;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** How files of a site look in a URL. */
public final class UrlPaths {
  private UrlPaths() {}

  /** The path of a file, from the root on, escaped as RFC 3986 wants it. */
  public static String of(String key) {
    StringBuilder path = new StringBuilder("/");
    for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
      if ((b >= 'a' && b <= 'z')
          || (b >= 'A' && b <= 'Z')
          || (b >= '0' && b <= '9')
          || "-._~/!$'(),;=:@&".indexOf(b) >= 0) {
        path.append((char) b);
      } else {
        path.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return path.toString();
  }
}

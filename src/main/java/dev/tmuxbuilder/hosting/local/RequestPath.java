package dev.tmuxbuilder.hosting.local;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What a request line asks for: its path, percent-decoded exactly once (RFC 3986), and its query as
 * it came. The path is only ever a key into a release's index; it never reaches the file system.
 *
 * @param path decoded, starts with a slash, without control characters
 * @param query with its question mark, or empty
 */
record RequestPath(String path, String query) {

  /**
   * Empty where the target is malformed: no path, broken escapes, not UTF-8, control characters.
   */
  static Optional<RequestPath> parse(String target) {
    return originForm(target).flatMap(RequestPath::split);
  }

  /** The target without scheme and authority, which RFC 9112 allows in a request line. */
  static Optional<String> originForm(String target) {
    if (target.startsWith("/")) {
      return Optional.of(target);
    }
    if (!target.regionMatches(true, 0, "http://", 0, 7)) {
      return Optional.empty();
    }
    int slash = target.indexOf('/', 7);
    int question = target.indexOf('?', 7);
    if (slash >= 0 && (question < 0 || slash < question)) {
      return Optional.of(target.substring(slash));
    }
    return Optional.of(question < 0 ? "/" : "/" + target.substring(question));
  }

  private static Optional<RequestPath> split(String origin) {
    int question = origin.indexOf('?');
    String raw = question < 0 ? origin : origin.substring(0, question);
    String query = question < 0 ? "" : origin.substring(question);
    return decode(raw).map(path -> new RequestPath(path, query));
  }

  private static Optional<String> decode(String raw) {
    if (plain(raw)) {
      return Optional.of(raw);
    }
    byte[] bytes = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 2 >= raw.length()
            || !HexFormat.isHexDigit(raw.charAt(i + 1))
            || !HexFormat.isHexDigit(raw.charAt(i + 2))) {
          return Optional.empty();
        }
        c = (char) HexFormat.fromHexDigits(raw, i + 1, i + 3);
        i += 2;
      }
      if (c < 0x20 || c == 0x7f || c > 0xff) {
        return Optional.empty();
      }
      bytes[length++] = (byte) c;
    }
    try {
      // A new decoder reports malformed input; overlong forms and surrogates are malformed.
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException notUtf8) {
      return Optional.empty();
    }
  }

  private static boolean plain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%' || c <= 0x20 || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  /** A path of the index as it stands in a URL. */
  static String encode(String path) {
    StringBuilder url = new StringBuilder();
    for (byte b : path.getBytes(StandardCharsets.UTF_8)) {
      if ((b >= 'a' && b <= 'z')
          || (b >= 'A' && b <= 'Z')
          || (b >= '0' && b <= '9')
          || "-._~/!$&'()*+,;=:@".indexOf(b) >= 0) {
        url.append((char) b);
      } else {
        url.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return url.toString();
  }
}

package dev.tmuxbuilder.hosting.local;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** SHA-256, as lower-case hex. */
final class Digests {
  private Digests() {}

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has SHA-256", impossible);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of a regular file; blocks. Fails where the file is a link. */
  static String of(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file, READ, NOFOLLOW_LINKS)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return hex(digest);
  }

  /**
   * Of a release: of the line {@code path TAB sha256 LF} of every file, in the order of the paths'
   * UTF-8 bytes.
   */
  static String ofRelease(Map<String, String> sha256ByPath) {
    SortedMap<byte[], String> lines = new TreeMap<>(Arrays::compareUnsigned);
    sha256ByPath.forEach((path, sha) -> lines.put(path.getBytes(StandardCharsets.UTF_8), sha));
    MessageDigest digest = sha256();
    lines.forEach(
        (path, sha) -> {
          digest.update(path);
          digest.update(("\t" + sha + "\n").getBytes(StandardCharsets.US_ASCII));
        });
    return hex(digest);
  }
}

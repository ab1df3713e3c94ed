package dev.tmuxbuilder.verification.browser;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Reads a body chunk by chunk, and no more of it than was asked for. */
final class Intake {
  private final MessageDigest digest = sha256();
  private final Buffer body = Buffer.buffer();
  private final long most;
  private final boolean keep;
  private long bytes;

  Intake(long most, boolean keep) {
    this.most = most;
    this.keep = keep;
  }

  /** False when enough was read. */
  boolean take(Buffer chunk) {
    int wanted = (int) Math.min(chunk.length(), most - bytes);
    digest.update(chunk.getBytes(0, wanted));
    if (keep) {
      body.appendBuffer(chunk, 0, wanted);
    }
    bytes += wanted;
    return wanted == chunk.length();
  }

  SiteClient.Answer answer(URI url, HttpClientResponse response, boolean whole) {
    String sha256 = HexFormat.of().formatHex(digest.digest());
    return new SiteClient.Answer(
        url, response.statusCode(), response.headers(), body, sha256, bytes, whole);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) { // every Java platform has it
      throw new IllegalStateException(impossible);
    }
  }
}

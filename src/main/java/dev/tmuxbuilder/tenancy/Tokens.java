package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.UserId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Access tokens: 256 bits that follow from a secret of the service and a random nonce (HMAC-SHA256,
 * RFC 2104), so that a repeated request can be given its token again although only the token's hash
 * is kept.
 */
public final class Tokens {
  private static final String PREFIX = "tb_";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretKeySpec key;

  /**
   * @param secret at least 32 characters, known to this service alone
   */
  public Tokens(String secret) {
    this.key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  public static byte[] newNonce() {
    byte[] nonce = new byte[16];
    RANDOM.nextBytes(nonce);
    return nonce;
  }

  /** 256 random bits, for what is told once and never again. */
  public static String random(String prefix) {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  public String token(UserId user, byte[] nonce) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(user.toString().getBytes(StandardCharsets.US_ASCII));
      return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(nonce));
    } catch (GeneralSecurityException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }

  /** SHA-256, as which a token is kept. */
  public static byte[] hash(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}

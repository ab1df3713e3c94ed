package dev.tmuxbuilder.secrets;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256 in Galois/Counter Mode (NIST SP 800-38D): a random nonce of 96 bits, then the text with
 * its tag of 128 bits. What is sealed opens in its own place alone: site and name go into the tag.
 */
final class Vault {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int KEY = 32;
  private static final int NAME = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Vault() {}

  /** It was changed, or sealed with another key or for another place. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Broken(Throwable cause) {
      super("a sealed value cannot be opened", cause);
    }
  }

  static byte[] newKey() {
    byte[] key = new byte[KEY];
    RANDOM.nextBytes(key);
    return key;
  }

  static SecretKey key(byte[] bytes) {
    return new SecretKeySpec(bytes, "AES");
  }

  /** A name that tells keys apart and nothing of them. */
  static String name(byte[] key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return HexFormat.of().formatHex(digest, 0, NAME);
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }

  static byte[] seal(SecretKey key, byte[] clear, String place) {
    byte[] nonce = new byte[NONCE];
    RANDOM.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, place).doFinal(clear);
      return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException impossible) { // every Java has the cipher
      throw new IllegalStateException(impossible);
    }
  }

  /**
   * @throws Broken where it was not sealed with that key for that place
   */
  static byte[] open(SecretKey key, byte[] sealed, String place) {
    try {
      byte[] nonce = java.util.Arrays.copyOf(sealed, NONCE);
      return cipher(Cipher.DECRYPT_MODE, key, nonce, place)
          .doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (GeneralSecurityException | IllegalArgumentException wrong) {
      throw new Broken(wrong);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String place)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

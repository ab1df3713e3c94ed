package dev.tmuxbuilder.hosting.azure;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Azure makes no Linux machine without a password or a key. The firewall lets nobody in by SSH, and
 * the private half of this key is thrown away at once.
 */
final class SshKey {
  private static final String TYPE = "ssh-ed25519";

  /** RFC 8410: the key itself is the last 32 bytes of its encoded form. */
  private static final int BYTES = 32;

  private SshKey() {}

  /** The public half, as RFC 8709 has it. */
  static String forNobody() throws IOException {
    byte[] encoded = publicHalf();
    ByteArrayOutputStream blob = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(blob)) {
      byte[] type = TYPE.getBytes(StandardCharsets.US_ASCII);
      out.writeInt(type.length);
      out.write(type);
      out.writeInt(BYTES);
      out.write(Arrays.copyOfRange(encoded, encoded.length - BYTES, encoded.length));
    }
    return TYPE + " " + Base64.getEncoder().encodeToString(blob.toByteArray()) + " nobody";
  }

  private static byte[] publicHalf() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic().getEncoded();
    } catch (NoSuchAlgorithmException impossible) { // every Java of this version has it
      throw new IllegalStateException(impossible);
    }
  }
}

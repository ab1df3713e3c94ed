package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.ExecutionId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * What the resources of a session are called. The resource group has the name in full; where Azure
 * has less room, a digest of the whole stands for it, so that two sessions never share a name.
 *
 * @see <a
 *     href="https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules">Azure's
 *     rules</a>
 */
final class AzureNames {
  /** All names of groups begin so. */
  static final String PREFIX = "tmux-";

  static final int GROUP = 90;
  static final int ACCOUNT = 24;

  /** Front Door adds a word of its own to an endpoint's name for the host name. */
  static final int ENDPOINT = 46;

  private final String group;
  private final String digest;

  AzureNames(ExecutionId execution) {
    this.group = PREFIX + execution.user() + "-" + execution.session();
    this.digest = digest(group);
  }

  /** {@code tmux-{user}-{session}}: letters, digits, dashes and underscores. */
  String group() {
    return group;
  }

  /**
   * Lower-case letters and digits, unique in the world. All 24 of them are digits of the digest,
   * base 36: 124 bits, more than a user's id and a session's together can have by chance.
   */
  String account() {
    return digest;
  }

  /** Letters, digits and dashes, unique in the group. */
  String profile() {
    return PREFIX + digest;
  }

  /** Letters, digits and dashes, unique in the tenant. */
  String endpoint() {
    return PREFIX + digest;
  }

  /**
   * Of a machine and of what belongs to it; letters, digits and dashes. As the label of its
   * address, in the names of Azure's domain, it is unique in the region.
   */
  String machine() {
    return PREFIX + digest;
  }

  private static String digest(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, sha).toString(36);
      String padded = "0".repeat(Math.max(0, ACCOUNT - digits.length())) + digits;
      return padded.substring(padded.length() - ACCOUNT);
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}

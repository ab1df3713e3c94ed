package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.ExecutionId;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the resources of a session are called: {@code tmux-{user}-{session}} in a form that AWS
 * takes for each kind. Where the form has less room, the end makes way for a digest of the whole,
 * so that two sessions never share a name.
 */
record AwsNames(ExecutionId execution) {
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  static final int BUCKET = 63;

  /**
   * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
   */
  static final int ACCESS_CONTROL = 64;

  /** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
  static final int ROLE = 64;

  /** Digits in base 36: 62 bits, so that a million sessions meet with a chance of 1 in 10^7. */
  private static final int DIGEST = 12;

  /** The name in full, as tags and descriptions have it. */
  String full() {
    return "tmux-" + execution.user() + "-" + execution.session();
  }

  /** Lower-case letters, digits and dashes; unique in the world. */
  String bucket() {
    return cut(full().toLowerCase(Locale.ROOT).replace('_', '-'), BUCKET);
  }

  String accessControl() {
    return cut(full(), ACCESS_CONTROL);
  }

  /** Of a role and of the instance profile that goes with it. */
  String role() {
    return cut(full(), ROLE);
  }

  /**
   * Of a security group, and the name tag of all that stands on EC2; 255 characters, and not {@code
   * sg-} in front.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html">its
   *     rules</a>
   */
  String securityGroup() {
    return full();
  }

  /** What CloudFront knows a repeated request by; has no limit that counts here. */
  String callerReference() {
    return full();
  }

  /** All of them. */
  Set<String> all() {
    return Stream.of(full(), bucket(), accessControl(), role())
        .collect(Collectors.toUnmodifiableSet()); // where they fit, some are alike
  }

  private String cut(String name, int room) {
    if (name.length() <= room) {
      return name;
    }
    String digest = digest(full());
    String start = name.substring(0, room - DIGEST - 1);
    return start.replaceAll("[^a-z0-9]+$", "") + "-" + digest;
  }

  private static String digest(String text) {
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      String digits = new BigInteger(1, Arrays.copyOf(sha, 16)).toString(36);
      return "0".repeat(Math.max(0, DIGEST - digits.length()))
          + digits.substring(Math.max(0, digits.length() - DIGEST));
    } catch (NoSuchAlgorithmException impossible) { // every Java has it
      throw new IllegalStateException(impossible);
    }
  }
}

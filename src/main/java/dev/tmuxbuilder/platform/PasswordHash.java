package dev.tmuxbuilder.platform;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What is kept of a password: its Argon2id hash (RFC 9106), written as the <a
 * href="https://github.com/P-H-C/phc-string-format">PHC string format</a> has it. Making one and
 * comparing with one take a good part of a second of a processor and the memory that the hash
 * names, and block.
 */
public final class PasswordHash {
  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]{22,86})\\$([A-Za-z0-9+/]{43,86})");

  /** OWASP's least memory in KiB; more than the most would be felt by whatever else runs. */
  private static final int LEAST_MEMORY = 19_456;

  private static final int MOST_MEMORY = 65_536;
  private static final int LEAST_PASSES = 2;
  private static final int MOST_PASSES = 16;
  private static final int MOST_LANES = 4;

  private static final int PASSES = 4;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  private final int memory;
  private final int passes;
  private final int lanes;
  private final byte[] salt;
  private final byte[] hash;

  private PasswordHash(int memory, int passes, int lanes, byte[] salt, byte[] hash) {
    this.memory = memory;
    this.passes = passes;
    this.lanes = lanes;
    this.salt = salt;
    this.hash = hash;
  }

  /** A password's hash with a salt of its own. Blocks. */
  public static PasswordHash of(byte[] password) {
    byte[] salt = new byte[SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    PasswordHash empty = new PasswordHash(LEAST_MEMORY, PASSES, 1, salt, new byte[HASH_BYTES]);
    return new PasswordHash(LEAST_MEMORY, PASSES, 1, salt, empty.derive(password));
  }

  /** Empty where it is no such hash, or one that is too weak or too costly. */
  public static Optional<PasswordHash> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int memory = Integer.parseInt(matcher.group(1));
    int passes = Integer.parseInt(matcher.group(2));
    int lanes = Integer.parseInt(matcher.group(3));
    boolean bearable =
        memory >= LEAST_MEMORY
            && memory <= MOST_MEMORY
            && passes >= LEAST_PASSES
            && passes <= MOST_PASSES
            && lanes >= 1
            && lanes <= MOST_LANES;
    try {
      byte[] salt = Base64.getDecoder().decode(matcher.group(4));
      byte[] hash = Base64.getDecoder().decode(matcher.group(5));
      return bearable
          ? Optional.of(new PasswordHash(memory, passes, lanes, salt, hash))
          : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  /** Whether it is that password's; takes as long for a wrong one. Blocks. */
  public boolean isOf(byte[] password) {
    return MessageDigest.isEqual(hash, derive(password));
  }

  private byte[] derive(byte[] password) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] derived = new byte[hash.length];
    generator.generateBytes(password, derived);
    return derived;
  }

  /** The PHC string. */
  @Override
  public String toString() {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m="
        + memory
        + ",t="
        + passes
        + ",p="
        + lanes
        + "$"
        + base64.encodeToString(salt)
        + "$"
        + base64.encodeToString(hash);
  }
}

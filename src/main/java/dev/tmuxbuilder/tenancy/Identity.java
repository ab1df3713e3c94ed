package dev.tmuxbuilder.tenancy;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.enums.UuidNamespace;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A person by email and phone. The user id follows from the two, so it is the same on every
 * replica: UUIDv5 (RFC 9562) in the URL namespace of {@code lower(email) + "|" + phone}.
 *
 * @param email as it was given
 * @param phone E.164, e.g. {@code +12025550123}
 */
public record Identity(String email, String phone) {
  private static final int LONGEST_EMAIL = 254; // RFC 5321, 4.5.3.1.3 less the angle brackets
  private static final int LONGEST_LOCAL_PART = 64; // RFC 5321, 4.5.3.1.1
  private static final Pattern LOCAL_PART =
      Pattern.compile("[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+(\\.[\\p{L}\\p{N}!#$%&'*+/=?^_`{|}~-]+)*");
  private static final Pattern DOMAIN =
      Pattern.compile(
          "([\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+"
              + "[\\p{L}\\p{N}]([\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?");
  private static final Pattern E_164 = Pattern.compile("\\+[1-9][0-9]{6,14}");

  /** What is wrong with an email address, in words; empty where nothing is. */
  public static Optional<String> emailProblem(String email) {
    int at = email.lastIndexOf('@');
    boolean good =
        at > 0
            && email.length() <= LONGEST_EMAIL
            && at <= LONGEST_LOCAL_PART
            && LOCAL_PART.matcher(email.substring(0, at)).matches()
            && DOMAIN.matcher(email.substring(at + 1)).matches();
    return good
        ? Optional.empty()
        : Optional.of("must be an email address such as ana@example.com, 254 characters at most");
  }

  /** What is wrong with a phone number, in words; empty where nothing is. */
  public static Optional<String> phoneProblem(String phone) {
    return E_164.matcher(phone).matches()
        ? Optional.empty()
        : Optional.of(
            "must be an international number in E.164 form such as +12025550123, without spaces");
  }

  public UserId userId() {
    return new UserId(
        UuidCreator.getNameBasedSha1(
            UuidNamespace.NAMESPACE_URL, email.toLowerCase(Locale.ROOT) + "|" + phone));
  }

  /** The tenant of a user who came alone: one each. */
  public TenantId ownTenant() {
    return new TenantId(userId().value());
  }
}

package dev.tmuxbuilder.secrets;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/** What a site's environment may hold. */
public final class Limits {
  /** How many variables a site may have. */
  public static final int VARIABLES = 64;

  /** The longest value, in bytes of UTF-8. */
  public static final int VALUE_BYTES = 8 << 10;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,63}");

  /** What this service sets itself. */
  private static final Pattern OURS =
      Pattern.compile("PORT|HOST|DATA_DIR|RELEASE|PATH|TMUXBUILDER_.*");

  /**
   * What loaders, shells and Node.js take orders from: the walls around a site's program are built
   * by programs that are given its environment too.
   */
  private static final Pattern ORDERS =
      Pattern.compile(
          "LD_.*|DYLD_.*|GLIBC_.*|MALLOC_.*|GCONV_PATH|GETCONF_DIR|LOCPATH|NLSPATH|HOSTALIASES"
              + "|LOCALDOMAIN|RES_OPTIONS|RESOLV_.*|NIS_PATH|TMPDIR|TZDIR|BASH.*|ENV|IFS|SHELLOPTS"
              + "|PS[0-9]|CDPATH|NODE_.*|OPENSSL_.*|SSLKEYLOGFILE|PYTHON.*|PERL.*");

  private Limits() {}

  /** What is wrong with a name, in words; empty where nothing is. */
  public static Optional<String> nameProblem(String name) {
    if (!NAME.matcher(name).matches()) {
      return Optional.of(
          "a name has 1 to 64 letters, digits and underscores, and does not begin with a digit");
    }
    if (OURS.matcher(name).matches()) {
      return Optional.of("is set by the service itself");
    }
    return ORDERS.matcher(name).matches()
        ? Optional.of("would change how programs are started, so no site may set it")
        : Optional.empty();
  }

  /** What is wrong with a value, in words that do not hold it; empty where nothing is. */
  public static Optional<String> valueProblem(String value) {
    return value.getBytes(StandardCharsets.UTF_8).length > VALUE_BYTES
        ? Optional.of("a value has " + VALUE_BYTES + " bytes at most")
        : Optional.empty();
  }
}

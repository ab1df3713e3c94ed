package dev.tmuxbuilder.execution;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** The name of a site: readable, unique, unchanging, and a legal DNS label. */
public final class SiteName {
  private static final int SLUG = 30;
  private static final int DIGITS = 16;

  private SiteName() {}

  /**
   * @param slug lower-case ASCII letters, digits and single dashes; may be empty
   * @return at most 47 characters; the last 16 hold 82 bits of the execution's SHA-256
   */
  public static String of(String slug, ExecutionId execution) {
    String digest =
        new BigInteger(Json.sha256(execution.toString().getBytes(StandardCharsets.UTF_8)), 16)
            .toString(36);
    String tail = digest.substring(digest.length() - DIGITS);
    String head = slug.length() > SLUG ? slug.substring(0, SLUG) : slug;
    head = head.replaceAll("-+$", "");
    return head.isEmpty() ? "site-" + tail : head + "-" + tail;
  }
}

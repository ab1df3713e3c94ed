package dev.tmuxbuilder.cli;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.enums.UuidNamespace;
import java.util.Locale;
import java.util.Optional;

/** Who owns a site: the contract knows a person by email and phone. */
record Owner(String email, String phone) {
  /**
   * For whoever names no number: one of those that are kept free for invented people (ITU-T E.164
   * form; 555-0100 to 555-0199 belong to nobody).
   */
  static final String NOBODYS_PHONE = "+12025550100";

  private static final String THIS_MACHINE = "@localhost.localdomain";

  /** Stable for one login on one machine, so that a second site belongs to the same user. */
  static Owner of(Surroundings surroundings, Optional<String> email, Optional<String> phone) {
    return new Owner(
        email.orElseGet(() -> login(surroundings.user()) + THIS_MACHINE).strip(),
        phone.orElse(NOBODYS_PHONE).replaceAll("[\\s().-]", ""));
  }

  private static String login(String user) {
    String plain =
        user.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    return plain.isEmpty() ? "user" : plain;
  }

  /** The id that the service gives to this person: UUIDv5 in the URL namespace. */
  String userId() {
    return UuidCreator.getNameBasedSha1(
            UuidNamespace.NAMESPACE_URL, email.toLowerCase(Locale.ROOT) + "|" + phone)
        .toString();
  }
}

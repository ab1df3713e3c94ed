package dev.tmuxbuilder.platform;

import io.smallrye.config.SmallRyeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The certificate with which the service speaks TLS itself, where the environment names one: by
 * Quarkus' own settings, of whose names in the environment Quarkus does not always know that they
 * are meant (quarkusio/quarkus#44982), so that they are told to it once more.
 */
final class OwnCertificate {
  private static final String SETTING = "quarkus.tls.key-store.pem.0.";
  private static final String VARIABLE = "QUARKUS_TLS_KEY_STORE_PEM_0_";

  private OwnCertificate() {}

  /**
   * Tells the service of it by system properties. Blocks.
   *
   * @return whether there is one
   * @throws Refusal where half of it is missing or cannot be read
   */
  static boolean tell(SmallRyeConfig config) {
    List<String> parts = List.of("cert", "key");
    List<String> named = parts.stream().filter(part -> value(config, part).isPresent()).toList();
    if (named.isEmpty()) {
      return false;
    }
    if (named.size() < parts.size()) {
      throw new Refusal(
          "A certificate needs its key, and a key its certificate.",
          "Set both " + VARIABLE + "CERT and " + VARIABLE + "KEY, to files in PEM.");
    }
    for (String part : parts) {
      Path file = Path.of(value(config, part).orElseThrow());
      if (!Files.isReadable(file)) {
        throw new Refusal(
            "The " + (part.equals("key") ? "key" : "certificate") + " " + file + " cannot be read.",
            VARIABLE + part.toUpperCase(Locale.ROOT) + " names it.");
      }
      System.setProperty(SETTING + part, file.toString());
    }
    value(config, "password").ifPresent(word -> System.setProperty(SETTING + "password", word));
    return true;
  }

  private static Optional<String> value(SmallRyeConfig config, String part) {
    return config.getOptionalValue(SETTING + part, String.class);
  }
}

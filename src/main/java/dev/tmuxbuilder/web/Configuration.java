package dev.tmuxbuilder.web;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigProvider;

/** The settings in force, without those that nobody may read. */
@ApplicationScoped
class Configuration {
  private static final List<String> SHOWN =
      List.of("tmuxbuilder.", "quarkus.http.host", "quarkus.http.port", "quarkus.log.level");
  private static final List<String> SECRET = List.of("token", "secret", "password", "key");
  private static final String HIDDEN = "••••••••";

  /** A setting with its value; {@code hidden} where it is a secret. */
  public record Setting(String name, String value, boolean hidden, String from) {}

  List<Setting> inForce() {
    Config config = ConfigProvider.getConfig();
    return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
        .filter(name -> SHOWN.stream().anyMatch(name::startsWith))
        .distinct()
        .sorted()
        .flatMap(name -> setting(config, name))
        .toList();
  }

  private static Stream<Setting> setting(Config config, String name) {
    boolean secret = SECRET.stream().anyMatch(word -> name.toLowerCase(Locale.ROOT).contains(word));
    return Optional.ofNullable(config.getConfigValue(name))
        .filter(value -> value.getValue() != null)
        .map(
            value ->
                new Setting(
                    name,
                    secret ? HIDDEN : withoutCredentials(value.getValue()),
                    secret,
                    shortened(value.getSourceName())))
        .stream();
  }

  /** A URL may carry a user and a password. */
  private static String withoutCredentials(String value) {
    return value.replaceAll("://[^/@\\s]*@", "://" + HIDDEN + "@");
  }

  private static String shortened(@org.jspecify.annotations.Nullable String source) {
    if (source == null || source.startsWith("DefaultValues")) {
      return "default";
    }
    return source.startsWith("EnvConfigSource") ? "environment" : source.replaceAll("\\[.*", "");
  }
}

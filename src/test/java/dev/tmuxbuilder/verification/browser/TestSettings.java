package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.platform.Settings;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** The settings of a service on this machine, with what a test says otherwise. */
final class TestSettings {
  private TestSettings() {}

  static Settings with(String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put(
        "tmuxbuilder.browser.node-modules", System.getProperty("tmuxbuilder.test.node-modules"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put("tmuxbuilder." + namesAndValues[i], namesAndValues[i + 1]);
    }
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDiscoveredConverters()
        .withSources(new PropertiesConfigSource(values, "test", 100))
        .withDefaultValue("user.home", System.getProperty("user.home"))
        .withMapping(Settings.class)
        .build()
        .getConfigMapping(Settings.class);
  }
}

package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.platform.Settings;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** Hosts for tests. */
public final class AwsSites {
  private AwsSites() {}

  public static AwsHost host(URI endpoint, String... namesAndValues) {
    return new AwsHost(settings(endpoint, namesAndValues), Clock.systemUTC());
  }

  static Settings settings(URI endpoint, String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("tmuxbuilder.aws.endpoint", endpoint.toString());
    values.put("tmuxbuilder.aws.pause", "20ms");
    values.put("tmuxbuilder.aws.patience", "20s");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(
          namesAndValues[i].startsWith("sites.")
              ? "tmuxbuilder." + namesAndValues[i]
              : "tmuxbuilder.aws." + namesAndValues[i],
          namesAndValues[i + 1]);
    }
    return TestSites.settings(values);
  }
}

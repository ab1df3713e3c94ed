package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.hosting.TestSites;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Hosts for tests. */
final class AzureSites {
  private AzureSites() {}

  static AzureHost host(URI endpoint, FrontDoorStandIn edge, String... namesAndValues) {
    Map<String, String> values = new HashMap<>();
    values.put("tmuxbuilder.azure.endpoint", endpoint.toString());
    values.put("tmuxbuilder.azure.edge", edge.address().toString());
    values.put("tmuxbuilder.azure.pause", "20ms");
    values.put("tmuxbuilder.azure.patience", "20s");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put(
          namesAndValues[i].startsWith("sites.")
              ? "tmuxbuilder." + namesAndValues[i]
              : "tmuxbuilder.azure." + namesAndValues[i],
          namesAndValues[i + 1]);
    }
    return new AzureHost(TestSites.settings(values));
  }
}

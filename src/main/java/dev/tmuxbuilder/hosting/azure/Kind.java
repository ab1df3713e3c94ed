package dev.tmuxbuilder.hosting.azure;

import java.util.Arrays;
import java.util.Optional;

/**
 * What sites on Azure are made of, in the order in which it can be removed: what others hang on
 * goes last.
 *
 * @see <a href="https://learn.microsoft.com/azure/templates">each kind with its versions</a>
 */
enum Kind {
  RUN_COMMAND("Microsoft.Compute/virtualMachines/runCommands", "2024-07-01"),
  MACHINE("Microsoft.Compute/virtualMachines", "2024-07-01"),
  DISK("Microsoft.Compute/disks", "2024-03-02"),
  CARD("Microsoft.Network/networkInterfaces", "2024-05-01"),
  ADDRESS("Microsoft.Network/publicIPAddresses", "2024-05-01"),
  NETWORK("Microsoft.Network/virtualNetworks", "2024-05-01"),
  FIREWALL("Microsoft.Network/networkSecurityGroups", "2024-05-01"),
  ENDPOINT("Microsoft.Cdn/profiles/afdEndpoints", "2024-09-01"),
  PROFILE("Microsoft.Cdn/profiles", "2024-09-01"),
  ACCOUNT("Microsoft.Storage/storageAccounts", "2024-01-01"),
  GROUP("Microsoft.Resources/resourceGroups", "2024-11-01");

  private final String type;
  private final String version;

  Kind(String type, String version) {
    this.type = type;
    this.version = version;
  }

  /** As Resource Manager spells it. */
  String type() {
    return type;
  }

  /** Of the API in which it is spoken to by its id. */
  String version() {
    return version;
  }

  String action(String verb) {
    return type + "/" + verb;
  }

  static Optional<Kind> of(String type) {
    return Arrays.stream(values()).filter(kind -> kind.type.equalsIgnoreCase(type)).findFirst();
  }
}

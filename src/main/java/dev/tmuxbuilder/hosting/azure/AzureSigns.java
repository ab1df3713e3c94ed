package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.platform.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Whether somebody has set something for Azure, judged without the SDK: a machine that has nothing
 * to do with Azure never loads it, and never asks a network for an identity.
 *
 * @param home of who runs the service; Azure's command line keeps its sign-in there
 * @param machine says of what make the machine is
 */
record AzureSigns(Map<String, String> environment, Path home, Path machine) {
  /** What every virtual machine of Azure has as its chassis' asset tag. */
  private static final String AZURE_MACHINE = "7783-7084-3265-9085-8269-3286-77";

  static AzureSigns here() {
    return new AzureSigns(
        System.getenv(),
        Path.of(System.getProperty("user.home")),
        Path.of("/sys/class/dmi/id/chassis_asset_tag"));
  }

  boolean any(Settings.Azure settings) {
    return settings.endpoint().isPresent()
        || environment.keySet().stream().anyMatch(AzureSigns::isOfAzure)
        || Files.exists(home.resolve(".azure"))
        || isMachineOfAzure();
  }

  private static boolean isOfAzure(String variable) {
    return variable.startsWith("AZURE_")
        || variable.equals("IDENTITY_ENDPOINT")
        || variable.equals("MSI_ENDPOINT");
  }

  private boolean isMachineOfAzure() {
    try {
      return Files.readString(machine).strip().equals(AZURE_MACHINE);
    } catch (IOException unknown) { // not every machine says of what make it is
      return false;
    }
  }
}

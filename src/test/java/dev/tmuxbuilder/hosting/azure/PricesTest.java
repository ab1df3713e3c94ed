package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.hosting.TestSites;
import dev.tmuxbuilder.platform.Settings;
import java.math.BigDecimal;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PricesTest {
  @Test
  void aDynamicSiteIsEstimatedByItsMachineDiskAndAddress() {
    CostEstimate site = estimate(SiteType.DYNAMIC, Map.of());
    // 730 hours of 0.0084 for a B2pts v2 and 0.005 for the address, 2.40 for 32 GB of disk, and a
    // cent for what is stored
    assertThat(site.monthly()).isEqualByComparingTo("12.19");
    assertThat(site.basis()).contains("Standard_B2pts_v2").contains(Prices.read().date());
    // the next larger disk that is sold
    assertThat(estimate(SiteType.DYNAMIC, Map.of("tmuxbuilder.azure.disk-gb", "40")).monthly())
        .isEqualByComparingTo("14.59");
  }

  @Test
  void aMachineWhosePriceIsNotKnownIsSaidToBe() {
    assertThat(
            estimate(SiteType.DYNAMIC, Map.of("tmuxbuilder.azure.machine-arm", "Standard_X9"))
                .basis())
        .contains("Standard_X9 (whose price is not in the list)");
  }

  @Test
  void aStaticSitesEstimateIsFrontDoorsFirstOfAll() {
    CostEstimate site = estimate(SiteType.STATIC, Map.of());
    assertThat(site.monthly()).isBetween(BigDecimal.valueOf(35), BigDecimal.valueOf(36));
    assertThat(site.basis())
        .contains("Front Door Standard")
        .contains("https://azure.microsoft.com/");
  }

  private static CostEstimate estimate(SiteType type, Map<String, String> values) {
    Settings.Azure settings = TestSites.settings(values).azure();
    return Prices.read().estimate(type, 1_000_000, settings);
  }
}

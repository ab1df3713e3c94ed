package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.platform.Settings;
import java.net.URI;
import org.junit.jupiter.api.Test;

class PricesTest {
  private final Settings.Aws settings = AwsSites.settings(URI.create("http://127.0.0.1:1")).aws();

  @Test
  void aDynamicSiteIsEstimatedByItsMachineDiskAndAddress() {
    CostEstimate site = Prices.read().estimate(SiteType.DYNAMIC, 1_000_000, settings);
    // 730 hours of 0.0084 for a t4g.micro and 0.005 for the address, 8 GB of disk at 0.08, and a
    // cent for what S3 keeps
    assertThat(site.monthly()).isEqualByComparingTo("10.43");
    assertThat(site.basis()).contains("t4g.micro").contains(Prices.read().date());
  }

  @Test
  void anEstimateGrowsWithTheSiteAndSaysWhatItRestsOn() {
    CostEstimate small = Prices.read().estimate(SiteType.STATIC, 200_000, settings);
    CostEstimate large = Prices.read().estimate(SiteType.STATIC, 10L << 30, settings);
    assertThat(small.monthly()).isPositive().isLessThan(large.monthly());
    // 10 releases of 10 GB at 0.023 USD, 1,000 writes at 0.005 and 20,000 reads at 0.0004 a
    // thousand
    assertThat(large.monthly()).isEqualByComparingTo("2.32");
    assertThat(small.currency()).isEqualTo("USD");
    assertThat(small.basis()).contains(Prices.read().date()).contains("https://aws.amazon.com/");
  }
}

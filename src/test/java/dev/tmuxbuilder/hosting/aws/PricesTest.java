package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.SiteType;
import org.junit.jupiter.api.Test;

class PricesTest {
  @Test
  void anEstimateGrowsWithTheSiteAndSaysWhatItRestsOn() {
    CostEstimate small = Prices.read().estimate(SiteType.STATIC, 200_000);
    CostEstimate large = Prices.read().estimate(SiteType.STATIC, 10L << 30);
    assertThat(small.monthly()).isPositive().isLessThan(large.monthly());
    // 10 releases of 10 GB at 0.023 USD, 1,000 writes at 0.005 and 20,000 reads at 0.0004 a
    // thousand
    assertThat(large.monthly()).isEqualByComparingTo("2.32");
    assertThat(small.currency()).isEqualTo("USD");
    assertThat(small.basis()).contains(Prices.read().date()).contains("https://aws.amazon.com/");
  }
}

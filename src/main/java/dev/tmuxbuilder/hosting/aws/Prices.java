package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/**
 * AWS' list prices, as they were on a day, from {@code prices.json}. An estimate needs no network,
 * and says what it rests on.
 *
 * @param assumedKeptReleases how many times the site's size is stored, at most: what did not change
 *     from release to release is stored once
 */
@RegisterForReflection
record Prices(
    String source,
    String date,
    String currency,
    BigDecimal s3StorageGbMonth,
    BigDecimal s3ThousandWrites,
    BigDecimal s3ThousandReads,
    int assumedKeptReleases,
    long assumedMonthlyWrites,
    long assumedMonthlyReads,
    BigDecimal hoursPerMonth,
    Map<String, BigDecimal> instanceHour,
    BigDecimal gp3GbMonth,
    BigDecimal publicIpv4Hour) {
  private static final BigDecimal GB = BigDecimal.valueOf(1L << 30);
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);

  static Prices read() {
    try (InputStream in =
        Objects.requireNonNull(Prices.class.getResourceAsStream("prices.json"), "prices.json")) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), Prices.class);
    } catch (IOException impossible) { // it is a part of the program
      throw new UncheckedIOException(impossible);
    }
  }

  CostEstimate estimate(SiteType type, long bytes, Settings.Aws settings) {
    return switch (type) {
      case STATIC -> staticSite(bytes);
      case DYNAMIC -> dynamicSite(bytes, settings.instanceArm(), settings.diskGb());
    };
  }

  private CostEstimate dynamicSite(long bytes, String instance, int diskGb) {
    BigDecimal hour = instanceHour.get(instance);
    BigDecimal standing =
        publicIpv4Hour
            .add(hour == null ? BigDecimal.ZERO : hour)
            .multiply(hoursPerMonth)
            .add(gp3GbMonth.multiply(BigDecimal.valueOf(diskGb)));
    return new CostEstimate(
        currency,
        standing.add(stored(bytes)).setScale(2, RoundingMode.UP),
        "%s for %s hours a month, %d GB of gp3, a public IPv4 address, and S3 with %d releases kept; 100 GB of traffic are free each month. List prices of %s: %s"
            .formatted(
                hour == null ? instance + " (whose price is not in the list)" : instance,
                hoursPerMonth,
                diskGb,
                assumedKeptReleases,
                date,
                source));
  }

  private BigDecimal stored(long bytes) {
    return BigDecimal.valueOf(bytes)
        .multiply(BigDecimal.valueOf(assumedKeptReleases))
        .divide(GB, 9, RoundingMode.UP)
        .multiply(s3StorageGbMonth);
  }

  private CostEstimate staticSite(long bytes) {
    BigDecimal monthly =
        stored(bytes)
            .add(thousands(assumedMonthlyWrites).multiply(s3ThousandWrites))
            .add(thousands(assumedMonthlyReads).multiply(s3ThousandReads))
            .setScale(2, RoundingMode.UP);
    return new CostEstimate(
        currency,
        monthly,
        "S3 with %d releases kept, %,d writes and %,d reads a month; CloudFront within the 1 TB and 10 million requests that are free each month. List prices of %s: %s"
            .formatted(
                assumedKeptReleases, assumedMonthlyWrites, assumedMonthlyReads, date, source));
  }

  private static BigDecimal thousands(long count) {
    return BigDecimal.valueOf(count).divide(THOUSAND, 6, RoundingMode.UP);
  }
}

package dev.tmuxbuilder.hosting.azure;

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
import java.util.TreeMap;

/**
 * Azure's list prices, as they were on a day, from {@code prices.json}. An estimate needs no
 * network, and says what it rests on.
 *
 * @param assumedKeptReleases how many times the site's size is stored: each release is whole
 * @param diskMonth the price of a disk of so many GB
 */
@RegisterForReflection
record Prices(
    String source,
    String date,
    String currency,
    BigDecimal frontDoorStandardMonth,
    BigDecimal frontDoorTenThousandRequests,
    BigDecimal frontDoorGbOut,
    BigDecimal blobStorageGbMonth,
    BigDecimal blobTenThousandWrites,
    BigDecimal blobTenThousandReads,
    BigDecimal hoursPerMonth,
    Map<String, BigDecimal> machineHour,
    Map<Integer, BigDecimal> diskMonth,
    BigDecimal publicIpv4Hour,
    int assumedKeptReleases,
    long assumedMonthlyWrites,
    long assumedMonthlyReads,
    long assumedMonthlyRequests,
    BigDecimal assumedMonthlyGbOut) {
  private static final BigDecimal GB = BigDecimal.valueOf(1L << 30);
  private static final BigDecimal TEN_THOUSAND = BigDecimal.valueOf(10_000);

  static Prices read() {
    try (InputStream in =
        Objects.requireNonNull(Prices.class.getResourceAsStream("prices.json"), "prices.json")) {
      return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), Prices.class);
    } catch (IOException impossible) { // it is a part of the program
      throw new UncheckedIOException(impossible);
    }
  }

  CostEstimate estimate(SiteType type, long bytes, Settings.Azure settings) {
    return switch (type) {
      case STATIC -> staticSite(bytes);
      case DYNAMIC -> dynamicSite(bytes, settings.machineArm(), settings.diskGb());
    };
  }

  private CostEstimate dynamicSite(long bytes, String size, int diskGb) {
    BigDecimal hour = machineHour.get(size);
    BigDecimal standing =
        publicIpv4Hour
            .add(hour == null ? BigDecimal.ZERO : hour)
            .multiply(hoursPerMonth)
            .add(diskMonth(diskGb));
    return new CostEstimate(
        currency,
        standing.add(stored(bytes)).setScale(2, RoundingMode.UP),
        "%s for %s hours a month, %d GB of Standard SSD, a public IPv4 address, and blobs with %d releases kept; 100 GB of traffic are free each month. List prices of %s: %s"
            .formatted(
                hour == null ? size + " (whose price is not in the list)" : size,
                hoursPerMonth,
                diskGb,
                assumedKeptReleases,
                date,
                source));
  }

  /** Disks are sold by size: the smallest that is large enough, or as many of the largest. */
  private BigDecimal diskMonth(int gb) {
    TreeMap<Integer, BigDecimal> sizes = new TreeMap<>(diskMonth);
    Map.Entry<Integer, BigDecimal> fits = sizes.ceilingEntry(gb);
    return fits != null
        ? fits.getValue()
        : sizes
            .lastEntry()
            .getValue()
            .multiply(BigDecimal.valueOf(gb))
            .divide(BigDecimal.valueOf(sizes.lastKey()), 9, RoundingMode.UP);
  }

  private BigDecimal stored(long bytes) {
    return BigDecimal.valueOf(bytes)
        .multiply(BigDecimal.valueOf(assumedKeptReleases))
        .divide(GB, 9, RoundingMode.UP)
        .multiply(blobStorageGbMonth);
  }

  private CostEstimate staticSite(long bytes) {
    BigDecimal monthly =
        frontDoorStandardMonth
            .add(stored(bytes))
            .add(tenThousands(assumedMonthlyWrites).multiply(blobTenThousandWrites))
            .add(tenThousands(assumedMonthlyReads).multiply(blobTenThousandReads))
            .add(tenThousands(assumedMonthlyRequests).multiply(frontDoorTenThousandRequests))
            .add(assumedMonthlyGbOut.multiply(frontDoorGbOut));
    return new CostEstimate(
        currency,
        monthly.setScale(2, RoundingMode.UP),
        "A Front Door Standard profile (%s %s a month), %,d requests and %s GB out of it, and blobs with %d releases kept, %,d writes and %,d reads a month. List prices of %s: %s"
            .formatted(
                frontDoorStandardMonth,
                currency,
                assumedMonthlyRequests,
                assumedMonthlyGbOut,
                assumedKeptReleases,
                assumedMonthlyWrites,
                assumedMonthlyReads,
                date,
                source));
  }

  private static BigDecimal tenThousands(long count) {
    return BigDecimal.valueOf(count).divide(TEN_THOUSAND, 6, RoundingMode.UP);
  }
}

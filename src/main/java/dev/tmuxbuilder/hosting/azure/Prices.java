package dev.tmuxbuilder.hosting.azure;

import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Receipt.CostEstimate;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Azure's list prices, as they were on a day, from {@code prices.json}. An estimate needs no
 * network, and says what it rests on.
 *
 * @param assumedKeptReleases how many times the site's size is stored: each release is whole
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

  CostEstimate staticSite(long bytes) {
    BigDecimal stored =
        BigDecimal.valueOf(bytes)
            .multiply(BigDecimal.valueOf(assumedKeptReleases))
            .divide(GB, 9, RoundingMode.UP)
            .multiply(blobStorageGbMonth);
    BigDecimal monthly =
        frontDoorStandardMonth
            .add(stored)
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

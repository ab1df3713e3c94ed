package dev.tmuxbuilder.execution;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a release is and how it was proved: written once, never changed. {@code receiptSha256} is
 * the lower-case hex SHA-256 of the receipt without that member, as canonical JSON: members sorted
 * by name, no white space, UTF-8.
 */
public record Receipt(
    String executionId,
    int release,
    int run,
    String requestedBy,
    @Nullable String approvedBy,
    String sourceCommit,
    String artifactSha256,
    int files,
    long bytes,
    String url,
    List<Resource> resources,
    List<Check> checks,
    List<Screenshot> screenshots,
    Map<String, Long> durationsMs,
    CostEstimate costEstimate,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ModelUsage modelUsage,
    @Nullable Integer previousRelease,
    Instant createdAt,
    String receiptSha256) {

  /** The same receipt with its digest. */
  public Receipt sealed() {
    return new Receipt(
        executionId,
        release,
        run,
        requestedBy,
        approvedBy,
        sourceCommit,
        artifactSha256,
        files,
        bytes,
        url,
        resources,
        checks,
        screenshots,
        durationsMs,
        costEstimate,
        modelUsage,
        previousRelease,
        createdAt,
        Json.digest(this, "receipt_sha256"));
  }

  /**
   * A check with the digest of its whole result, so that the report can be held against it.
   *
   * @param status {@code passed} or {@code failed}
   */
  public record Check(String name, String status, String evidenceSha256) {}

  /**
   * What models were used for the run that made the release; there is none where none was asked.
   *
   * @param cost in units of the currency, by the prices of the service's settings
   * @param inputTokens with those that the provider's cache had or took
   */
  public record ModelUsage(
      String currency, BigDecimal cost, long requests, long inputTokens, long outputTokens) {}

  /**
   * What the site will cost.
   *
   * @param monthly in units of the currency
   * @param basis where the figure comes from, in words
   */
  public record CostEstimate(String currency, BigDecimal monthly, String basis) {}
}

package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.hosting.Spending;
import dev.tmuxbuilder.hosting.Spending.Charge;
import dev.tmuxbuilder.hosting.aws.Pages.Page;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import software.amazon.awssdk.services.costexplorer.model.Granularity;
import software.amazon.awssdk.services.costexplorer.model.Group;
import software.amazon.awssdk.services.costexplorer.model.GroupDefinitionType;
import software.amazon.awssdk.services.costexplorer.model.MetricValue;
import software.amazon.awssdk.services.costexplorer.model.ResultByTime;

/**
 * What AWS charged for each execution, by the tag that names it. The tag must be activated for cost
 * allocation in the account's billing settings; each page of the answer costs a cent.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html">GetCostAndUsage</a>
 */
record Bill(AwsClients aws, Settings.ResourceTags tags) {
  private static final String STAGE = "bill";
  private static final String METRIC = "UnblendedCost";
  private static final String BASIS =
      "AWS Cost Explorer, %s by the tag %s; some 24 hours late, and final some days after a month's"
          + " end";

  @CheckReturnValue
  Uni<Spending> read(YearMonth first, YearMonth last) {
    return Pages.<ResultByTime>all(
            start ->
                Calls.make(
                        STAGE,
                        "ce:GetCostAndUsage",
                        () ->
                            aws.costs()
                                .getCostAndUsage(
                                    get ->
                                        get.timePeriod(
                                                period ->
                                                    period
                                                        .start(first.atDay(1).toString())
                                                        .end(
                                                            last.plusMonths(1).atDay(1).toString()))
                                            .granularity(Granularity.MONTHLY)
                                            .metrics(METRIC)
                                            .filter(
                                                filter ->
                                                    filter.tags(
                                                        tag ->
                                                            tag.key("Project")
                                                                .values(tags.project())))
                                            .groupBy(
                                                group ->
                                                    group
                                                        .type(GroupDefinitionType.TAG)
                                                        .key(AwsTags.OWNER))
                                            .nextPageToken(start)))
                    .map(answer -> new Page<>(answer.resultsByTime(), answer.nextPageToken())))
        .map(
            results ->
                new Spending(
                    BASIS.formatted(METRIC, AwsTags.OWNER),
                    results.stream().flatMap(Bill::charges).toList()));
  }

  private static Stream<Charge> charges(ResultByTime result) {
    YearMonth month = YearMonth.from(LocalDate.parse(result.timePeriod().start()));
    return result.groups().stream().flatMap(group -> charge(month, group));
  }

  /** A group is called {@code ExecutionID$value}; what is not tagged has no value. */
  private static Stream<Charge> charge(YearMonth month, Group group) {
    List<String> keys = group.keys();
    MetricValue amount = group.metrics().get(METRIC);
    if (keys.isEmpty() || amount == null) {
      return Stream.empty();
    }
    String key = keys.getFirst();
    String execution = key.substring(key.indexOf('$') + 1);
    return Stream.of(
        new Charge(
            month,
            execution,
            new BigDecimal(Objects.requireNonNullElse(amount.amount(), "0")),
            Objects.requireNonNullElse(amount.unit(), "USD")));
  }
}

package dev.tmuxbuilder.hosting.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.hosting.Spending;
import dev.tmuxbuilder.hosting.Spending.Charge;
import dev.tmuxbuilder.platform.Settings;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Azure charged for each execution, by the tag that names it. Asking costs nothing; how often
 * one may ask is limited.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/cost-management/query/usage">the query</a>
 */
record Bill(AzureClients azure, Settings.ResourceTags tags) {
  private static final String STAGE = "bill";
  private static final String ACTION = "Microsoft.CostManagement/query/action";
  private static final String COST = "Cost";
  private static final String BASIS =
      "Azure Cost Management, actual cost by the tag %s; some 24 hours late, and final some days"
          + " after a month's end";

  @CheckReturnValue
  Uni<Spending> read(YearMonth first, YearMonth last) {
    String path =
        "/subscriptions/"
            + azure.subscription().id()
            + "/providers/Microsoft.CostManagement/query?api-version=2024-08-01";
    return pages(path, query(first, last), new ArrayList<>())
        .map(charges -> new Spending(BASIS.formatted(AzureTags.OWNER), charges));
  }

  private Uni<List<Charge>> pages(String address, Map<String, Object> query, List<Charge> soFar) {
    return Calls.make(STAGE, ACTION, () -> azure.rest().post(address, query))
        .chain(
            answer -> {
              JsonNode page = answer.path("properties");
              soFar.addAll(charges(page));
              String next = page.path("nextLink").asText("");
              return next.isEmpty() || next.equals("null")
                  ? Uni.createFrom().item(soFar)
                  : pages(next, query, soFar);
            });
  }

  private Map<String, Object> query(YearMonth first, YearMonth last) {
    return Map.of(
        "type",
        "ActualCost",
        "timeframe",
        "Custom",
        "timePeriod",
        Map.of(
            "from", first.atDay(1) + "T00:00:00+00:00",
            "to", last.atEndOfMonth() + "T23:59:59+00:00"),
        "dataset",
        Map.of(
            "granularity", "Monthly",
            "aggregation", Map.of("totalCost", Map.of("name", COST, "function", "Sum")),
            "grouping", List.of(Map.of("type", "TagKey", "name", AzureTags.OWNER)),
            "filter",
                Map.of(
                    "tags",
                    Map.of(
                        "name", "Project",
                        "operator", "In",
                        "values", List.of(tags.project())))));
  }

  /** Rows are lists of values, in the order of the columns. */
  private static List<Charge> charges(JsonNode page) {
    List<String> columns =
        Stream.iterate(0, i -> i < page.path("columns").size(), i -> i + 1)
            .map(i -> page.path("columns").path(i).path("name").asText())
            .toList();
    List<Charge> charges = new ArrayList<>();
    for (JsonNode row : page.path("rows")) {
      charges.add(
          new Charge(
              YearMonth.parse(value(columns, row, "BillingMonth").asText().substring(0, 7)),
              value(columns, row, "TagValue").asText(""),
              value(columns, row, COST).decimalValue(),
              value(columns, row, "Currency").asText("USD")));
    }
    return charges;
  }

  private static JsonNode value(List<String> columns, JsonNode row, String column) {
    return row.path(columns.indexOf(column));
  }
}

package dev.tmuxbuilder.hosting.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers Cost Management's query, as its page has it, with what a test says was charged.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/cost-management/query/usage">the page</a>
 */
final class CostManagement {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern SKIP = Pattern.compile(".*skiptoken=(\\d+).*");
  private static final int PAGE = 2;

  private final List<Charged> charged = new ArrayList<>();

  private record Charged(YearMonth month, String project, String execution, BigDecimal amount) {}

  synchronized void charge(YearMonth month, String project, String execution, String amount) {
    charged.add(new Charged(month, project, execution, new BigDecimal(amount)));
  }

  synchronized void reset() {
    charged.clear();
  }

  /**
   * @param address of this call, without its query
   */
  synchronized ResourceManager.Reply query(String address, String query, JsonNode asked) {
    JsonNode set = asked.path("dataset");
    JsonNode tag = set.path("filter").path("tags");
    if (!asked.path("type").asText().equals("ActualCost")
        || !asked.path("timeframe").asText().equals("Custom")
        || !set.path("granularity").asText().equals("Monthly")
        || !set.path("grouping").path(0).path("type").asText().equals("TagKey")
        || !set.path("aggregation").path("totalCost").path("function").asText().equals("Sum")
        || !tag.path("operator").asText().equals("In")) {
      return ResourceManager.error(400, "BadRequest", "Invalid query definition.");
    }
    YearMonth from =
        YearMonth.parse(asked.path("timePeriod").path("from").asText().substring(0, 7));
    YearMonth to = YearMonth.parse(asked.path("timePeriod").path("to").asText().substring(0, 7));
    List<Charged> these =
        charged.stream()
            .filter(one -> !one.month().isBefore(from) && !one.month().isAfter(to))
            .filter(one -> one.project().equals(tag.path("values").path(0).asText()))
            .toList();
    Matcher skip = SKIP.matcher(query);
    int begin = skip.matches() ? Integer.parseInt(skip.group(1)) : 0;
    ObjectNode answer = JSON.createObjectNode();
    ObjectNode properties = answer.putObject("properties");
    ArrayNode columns = properties.putArray("columns");
    for (String name : List.of("Cost", "BillingMonth", "TagKey", "TagValue", "Currency")) {
      columns.addObject().put("name", name).put("type", name.equals("Cost") ? "Number" : "String");
    }
    ArrayNode rows = properties.putArray("rows");
    these.stream()
        .skip(begin)
        .limit(PAGE)
        .forEach(
            one ->
                rows.addArray()
                    .add(one.amount())
                    .add(one.month() + "-01T00:00:00")
                    .add(set.path("grouping").path(0).path("name").asText())
                    .add(one.execution())
                    .add("USD"));
    properties.put(
        "nextLink",
        begin + PAGE < these.size()
            ? address + "?api-version=2024-08-01&$skiptoken=" + (begin + PAGE)
            : null);
    return ResourceManager.ok(200, answer);
  }
}

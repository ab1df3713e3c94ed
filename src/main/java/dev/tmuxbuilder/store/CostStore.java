package dev.tmuxbuilder.store;

import dev.tmuxbuilder.costs.Costs;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.hosting.Spending;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What sites cost. */
@ApplicationScoped
class CostStore implements Costs {
  private static final String TOTALS =
      """
      select case when $4 then tenant_id end as tenant_id,
             case when $5 then user_id end as user_id,
             case when $6 then session_id end as session_id,
             case when $7 then host_provider end as host,
             case when $8 then month end as month,
             currency, count(distinct execution_id) filter (where user_id is not null) as sites,
             round(sum(estimated), 6) as estimated, round(sum(actual), 6) as actual
        from %s($1, $2, $3)
       where ($9::uuid is null or user_id = $9)
       group by 1, 2, 3, 4, 5, currency
       order by 5 nulls first, greatest(sum(estimated), sum(actual)) desc, 1, 2, 3, 4
       limit $10
      """;

  private static final String BILL = "bill";

  private final Transactions transactions;
  private final HostLooks looks;
  private final Clock clock;

  CostStore(Transactions transactions, HostLooks looks, Clock clock) {
    this.transactions = transactions;
    this.looks = looks;
    this.clock = clock;
  }

  @Override
  public Uni<List<Total>> totals(Question question) {
    return question
        .tenant()
        .map(
            tenant ->
                transactions.inTenant(
                    tenant, connection -> totals(connection, "site_costs", question)))
        .orElseGet(
            () ->
                transactions.asNobody(
                    connection -> totals(connection, "all_site_costs", question)));
  }

  private Uni<List<Total>> totals(SqlConnection connection, String from, Question question) {
    Tuple parameters =
        Tuple.tuple()
            .addValue(question.first().atDay(1))
            .addValue(question.last().atDay(1))
            .addValue(Rows.time(clock.instant()));
    for (By by : List.of(By.TENANT, By.USER, By.SESSION, By.HOST, By.MONTH)) {
      parameters.addValue(question.by().contains(by));
    }
    parameters.addValue(question.user().map(UserId::value).orElse(null));
    parameters.addValue(question.limit());
    return connection
        .preparedQuery(TOTALS.formatted(from))
        .execute(parameters)
        .map(rows -> Rows.list(rows, CostStore::total));
  }

  private static Total total(Row row) {
    UUID tenant = row.getUUID("tenant_id");
    UUID user = row.getUUID("user_id");
    LocalDate month = row.getLocalDate("month");
    return new Total(
        Optional.ofNullable(tenant).map(TenantId::new),
        Optional.ofNullable(user).map(UserId::new),
        Optional.ofNullable(row.getString("session_id")).flatMap(SessionId::parse),
        Optional.ofNullable(row.getString("host"))
            .flatMap(host -> Named.parse(HostProvider.class, host)),
        Optional.ofNullable(month).map(YearMonth::from),
        row.getLong("sites"),
        row.getString("currency"),
        row.getBigDecimal("estimated"),
        Optional.ofNullable(row.getBigDecimal("actual")));
  }

  @Override
  public Uni<List<Reading>> readings() {
    return looks
        .of(BILL)
        .map(
            all ->
                all.stream()
                    .map(
                        look ->
                            new Reading(
                                look.host(),
                                look.triedAt(),
                                look.doneAt(),
                                look.basis(),
                                look.problem()))
                    .toList());
  }

  @Override
  public Uni<Void> keep(HostProvider host, YearMonth first, YearMonth last, Spending spending) {
    String charges =
        Json.write(
            spending.charges().stream()
                .map(
                    charge ->
                        Map.of(
                            "month", charge.month().atDay(1).toString(),
                            "execution", charge.execution(),
                            "currency", charge.currency(),
                            "amount", charge.amount()))
                .toList());
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select keep_actual_costs($1, $2, $3, $4::text::jsonb)")
                .execute(Tuple.of(host.wire(), first.atDay(1), last.atDay(1), charges))
                .chain(() -> looks.done(connection, BILL, host, spending.basis())));
  }

  @Override
  public Uni<Void> failed(HostProvider host, String problem) {
    return looks.failed(BILL, host, problem);
  }

  @Override
  public Uni<Set<HostProvider>> hostsInUse() {
    return hostsInUse(transactions);
  }

  static Uni<Set<HostProvider>> hostsInUse(Transactions transactions) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select host from hosts_in_use() host")
                .execute()
                .map(
                    rows ->
                        Rows.list(rows, row -> Rows.named(row, "host", HostProvider.class)).stream()
                            .collect(Collectors.toUnmodifiableSet())));
  }
}

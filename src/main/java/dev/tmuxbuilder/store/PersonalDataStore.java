package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.PersonalData;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** A person's rows, to be read or removed. */
@ApplicationScoped
class PersonalDataStore implements PersonalData {
  private static final String STANDING =
      "select execution_id from executions where user_id = $1 and status <> 'destroyed'"
          + " order by created_at";

  private final Transactions transactions;
  private final Clock clock;

  PersonalDataStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<Optional<Self>> self(TenantId tenant, UserId user) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("select * from users where user_id = $1")
                .execute(Tuple.of(user.value()))
                .map(rows -> Rows.first(rows).map(PersonalDataStore::self)));
  }

  private static Self self(Row row) {
    return new Self(
        new UserId(row.getUUID("user_id")),
        new TenantId(row.getUUID("tenant_id")),
        row.getString("email"),
        row.getString("phone"),
        Rows.instant(row, "created_at"),
        Optional.ofNullable(Rows.optionalInstant(row, "left_at")));
  }

  @Override
  public Uni<List<String>> deeds(TenantId tenant, UserId user) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select line from audit where line::jsonb->>'actor' = $1 order by seq")
                .execute(Tuple.of(user.toString()))
                .map(rows -> Rows.list(rows, row -> row.getString("line"))));
  }

  @Override
  public Uni<Optional<String>> brief(TenantId tenant, ExecutionId execution) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery("select requirements from executions where execution_id = $1")
                .execute(Tuple.of(execution.toString()))
                .map(rows -> Rows.first(rows).map(row -> row.getString("requirements"))));
  }

  @Override
  public Uni<List<ExecutionId>> requestErasure(TenantId tenant, UserId user, String by) {
    OffsetDateTime now = Rows.time(clock.instant());
    return transactions.inTenant(
        tenant,
        connection ->
            Transactions.together(
                    connection
                        .preparedQuery(
                            "insert into erasures (user_id, tenant_id, requested_by, requested_at)"
                                + " values ($1, $2, $3, $4) on conflict do nothing")
                        .execute(Tuple.of(user.value(), tenant.value(), by, now)),
                    connection
                        .preparedQuery(
                            "update access_tokens set revoked_at = coalesce(revoked_at, $2)"
                                + " where user_id = $1")
                        .execute(Tuple.of(user.value(), now)))
                .chain(() -> standing(connection, user)));
  }

  private static Uni<List<ExecutionId>> standing(SqlConnection connection, UserId user) {
    return connection
        .preparedQuery(STANDING)
        .execute(Tuple.of(user.value()))
        .map(rows -> Rows.list(rows, row -> ExecutionId.of(row.getString("execution_id"))));
  }

  @Override
  public Uni<List<Pending>> pending() {
    return transactions.asNobody(
        connection ->
            connection
                .query("select * from pending_erasures()")
                .execute()
                .map(
                    rows ->
                        Rows.list(
                            rows,
                            row ->
                                new Pending(
                                    new TenantId(row.getUUID("tenant_id")),
                                    new UserId(row.getUUID("user_id"))))));
  }

  @Override
  public Uni<List<ExecutionId>> standing(Pending person) {
    return transactions.inTenant(
        person.tenant(), connection -> standing(connection, person.user()));
  }

  @Override
  public Uni<Boolean> erase(Pending person) {
    return transactions.inTenant(
        person.tenant(),
        connection ->
            standing(connection, person.user())
                .chain(
                    standing ->
                        standing.isEmpty()
                            ? remove(connection, person.user())
                            : Uni.createFrom().item(false)));
  }

  private static Uni<Boolean> remove(SqlConnection connection, UserId user) {
    return connection
        .preparedQuery("select leave_tenants($1)")
        .execute(Tuple.of(user.value()))
        .chain(
            () ->
                connection
                    .preparedQuery("select erase_user($1) as done")
                    .execute(Tuple.of(user.value())))
        .map(rows -> rows.iterator().next().getBoolean("done"));
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Federation;
import dev.tmuxbuilder.tenancy.Person;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Users for whom a provider vouches. */
@ApplicationScoped
class FederationStore implements Federation {
  /** A provider need not say it, and who has none at all is a program's account. */
  private static final String NO_PHONE = "unknown";

  private final Transactions transactions;
  private final Clock clock;

  FederationStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<Entry> enter(Person person) {
    return transactions
        .inTenant(person.tenant(), connection -> settle(connection, person))
        .chain(ignored -> transactions.asNobody(connection -> roles(connection, person)));
  }

  /** Most of the time all is there and nothing is written. */
  private Uni<Void> settle(SqlConnection connection, Person person) {
    return connection
        .preparedQuery(
            "select 1 from members m join users u on u.user_id = m.user_id and u.left_at is null"
                + " where m.tenant_id = $1 and m.user_id = $2 and m.role = $3")
        .execute(Tuple.of(person.tenant().value(), person.user().value(), person.role().wire()))
        .chain(found -> found.size() > 0 ? Uni.createFrom().voidItem() : make(connection, person));
  }

  private Uni<Void> make(SqlConnection connection, Person person) {
    OffsetDateTime now = Rows.time(clock.instant());
    return Transactions.together(
        connection
            .preparedQuery(
                "insert into tenants (tenant_id, name, created_at) values ($1, $2, $3)"
                    + " on conflict do nothing")
            .execute(Tuple.of(person.tenant().value(), person.tenantName().orElse(null), now)),
        connection
            .preparedQuery(
                "insert into users (user_id, tenant_id, email, phone, created_at)"
                    + " values ($1, $2, $3, $4, $5) on conflict do nothing")
            .execute(
                Tuple.of(
                    person.user().value(), person.tenant().value(), person.email(), NO_PHONE, now)),
        connection
            .preparedQuery("update users set left_at = null where user_id = $1 and left_at < $2")
            .execute(Tuple.of(person.user().value(), said(person.said()))),
        connection
            .preparedQuery( // locked, so that who leaves at this moment has left
                "insert into members (tenant_id, user_id, role, created_at)"
                    + " select tenant_id, user_id, $3, $4 from users"
                    + " where user_id = $2 and tenant_id = $1 and left_at is null"
                    + " for no key update"
                    + " on conflict (tenant_id, user_id) do update set role = excluded.role")
            .execute(
                Tuple.of(
                    person.tenant().value(), person.user().value(), person.role().wire(), now)));
  }

  private OffsetDateTime said(Optional<Instant> said) {
    return Rows.time(said.orElseGet(clock::instant));
  }

  private static Uni<Entry> roles(SqlConnection connection, Person person) {
    return connection
        .preparedQuery("select * from roles_of_user($1)")
        .execute(Tuple.of(person.user().value()))
        .map(rows -> entry(rows, person));
  }

  private static Entry entry(RowSet<Row> rows, Person person) {
    Map<TenantId, Role> roles = new HashMap<>();
    for (Row row : rows) {
      if (!row.getUUID("home").equals(person.tenant().value())) {
        return new Entry.AtHomeElsewhere();
      }
      if (row.getUUID("tenant_id") != null) {
        roles.put(new TenantId(row.getUUID("tenant_id")), Rows.named(row, "role", Role.class));
      }
    }
    return roles.isEmpty()
        ? new Entry.HasLeft()
        : new Entry.In(new Caller.User(person.user(), person.tenant(), roles));
  }

  @Override
  public Uni<Boolean> leave(UserId user, Optional<Instant> said) {
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery("select tenant_of_user($1) as home")
                    .execute(Tuple.of(user.value())))
        .map(rows -> Optional.ofNullable(rows.iterator().next().getUUID("home")))
        .chain(
            home ->
                home.isEmpty()
                    ? Uni.createFrom().item(false)
                    : leave(new TenantId(home.get()), user, said(said)));
  }

  private Uni<Boolean> leave(TenantId home, UserId user, OffsetDateTime said) {
    return transactions.inTenant(
        home,
        connection ->
            connection
                .preparedQuery(
                    "update users set left_at = $2"
                        + " where user_id = $1 and (left_at is null or left_at < $2)")
                .execute(Tuple.of(user.value(), said))
                .chain(
                    updated ->
                        updated.rowCount() == 0
                            ? Uni.createFrom().item(false)
                            : end(connection, home, user).replaceWith(true)));
  }

  /** Sign-ins end for good, so that they do not come back with a role that is given again. */
  private Uni<Void> end(SqlConnection connection, TenantId home, UserId user) {
    return Transactions.together(
        connection
            .preparedQuery("delete from members where tenant_id = $1 and user_id = $2")
            .execute(Tuple.of(home.value(), user.value())),
        connection
            .preparedQuery(
                "update access_tokens set revoked_at = $2 where user_id = $1 and name = 'browser'"
                    + " and scope is null and revoked_at is null")
            .execute(Tuple.of(user.value(), Rows.time(clock.instant()))),
        connection.preparedQuery("select end_sessions($1)").execute(Tuple.of(user.value())));
  }

  @Override
  public Uni<byte[]> signIn(Caller.User user, Duration valid) {
    byte[] hash = Tokens.hash(Tokens.random("tb_"));
    Instant now = clock.instant();
    return transactions
        .inTenant(
            user.tenant(),
            connection ->
                connection
                    .preparedQuery(
                        "insert into access_tokens (token_sha256, tenant_id, user_id, name,"
                            + " created_at, expires_at)"
                            + " select $1, tenant_id, user_id, 'browser', $4, $5 from users"
                            + " where tenant_id = $2 and user_id = $3 and left_at is null")
                    .execute(
                        Tuple.of(
                            Buffer.buffer(hash),
                            user.tenant().value(),
                            user.id().value(),
                            Rows.time(now),
                            Rows.time(now.plus(valid)))))
        .replaceWith(hash);
  }
}

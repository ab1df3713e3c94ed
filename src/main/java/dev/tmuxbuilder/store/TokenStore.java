package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.ApiTokens;
import dev.tmuxbuilder.tenancy.Issued;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Sessions;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Tokens with a name, and the sessions that stand for tokens. */
@ApplicationScoped
class TokenStore implements ApiTokens, Sessions {
  private final Transactions transactions;
  private final Clock clock;

  TokenStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<Optional<Issued<Token>>> issue(
      TenantId tenant, UserId user, boolean own, String name, Role scope, Instant expiresAt) {
    String token = Tokens.random("tb_");
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "insert into access_tokens (token_sha256, tenant_id, user_id, name, scope,"
                        + " created_at, expires_at)"
                        + " select $1, m.tenant_id, m.user_id, $3, $4, $5, $6 from members m"
                        + " where m.user_id = $2 and ($7 or exists (select 1 from users u"
                        + " where u.user_id = m.user_id and u.phone = '')) returning *")
                .execute(
                    Tuple.tuple()
                        .addValue(Buffer.buffer(Tokens.hash(token)))
                        .addValue(user.value())
                        .addValue(name)
                        .addValue(scope.wire())
                        .addValue(Rows.time(clock.instant()))
                        .addValue(Rows.time(expiresAt))
                        .addValue(own))
                .map(rows -> Rows.first(rows).map(row -> new Issued<>(token(row), token))));
  }

  private static Token token(Row row) {
    return new Token(
        row.getUUID("token_id"),
        new UserId(row.getUUID("user_id")),
        row.getString("name"),
        Optional.ofNullable(row.getString("scope")).map(scope -> Named.of(Role.class, scope)),
        Rows.instant(row, "created_at"),
        Optional.ofNullable(Rows.optionalInstant(row, "expires_at")),
        Optional.ofNullable(Rows.optionalInstant(row, "last_used_at")),
        Optional.ofNullable(Rows.optionalInstant(row, "revoked_at")));
  }

  @Override
  public Uni<List<Token>> of(TenantId tenant, Optional<UserId> user) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select * from access_tokens where ($1::uuid is null or user_id = $1)"
                        + " order by created_at desc, token_id limit 500")
                .execute(Tuple.of(user.map(UserId::value).orElse(null)))
                .map(rows -> Rows.list(rows, TokenStore::token)));
  }

  @Override
  public Uni<Boolean> revoke(TenantId tenant, UUID token, Optional<UserId> user) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "update access_tokens set revoked_at = coalesce(revoked_at, $3)"
                        + " where token_id = $1 and ($2::uuid is null or user_id = $2)")
                .execute(
                    Tuple.of(
                        token, user.map(UserId::value).orElse(null), Rows.time(clock.instant())))
                .map(updated -> updated.rowCount() == 1));
  }

  @Override
  public Uni<String> begin(byte[] tokenSha256, Duration valid) {
    String session = Tokens.random("");
    Instant now = clock.instant();
    return transactions
        .asSession(
            name(session),
            connection ->
                Transactions.together(
                    connection
                        .preparedQuery("delete from sessions where expires_at < $1")
                        .execute(Tuple.of(Rows.time(now))),
                    connection
                        .preparedQuery(
                            "insert into sessions (session_sha256, token_sha256, created_at,"
                                + " expires_at) values ($1, $2, $3, $4)")
                        .execute(
                            Tuple.of(
                                Buffer.buffer(Tokens.hash(session)),
                                Buffer.buffer(tokenSha256),
                                Rows.time(now),
                                Rows.time(now.plus(valid))))))
        .replaceWith(session);
  }

  @Override
  public Uni<Optional<byte[]>> tokenOf(String session) {
    return transactions.asSession(
        name(session),
        connection ->
            connection
                .preparedQuery(
                    "select token_sha256 from sessions where session_sha256 = $1"
                        + " and expires_at > $2")
                .execute(Tuple.of(Buffer.buffer(Tokens.hash(session)), Rows.time(clock.instant())))
                .map(
                    rows -> Rows.first(rows).map(row -> row.getBuffer("token_sha256").getBytes())));
  }

  @Override
  public Uni<Void> end(String session) {
    return transactions
        .asSession(
            name(session),
            connection ->
                connection
                    .preparedQuery("delete from sessions where session_sha256 = $1")
                    .execute(Tuple.of(Buffer.buffer(Tokens.hash(session)))))
        .replaceWithVoid();
  }

  private static String name(String session) {
    return HexFormat.of().formatHex(Tokens.hash(session));
  }
}

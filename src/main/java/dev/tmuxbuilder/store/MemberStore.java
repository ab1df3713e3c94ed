package dev.tmuxbuilder.store;

import com.github.f4b6a3.uuid.UuidCreator;
import com.github.f4b6a3.uuid.enums.UuidNamespace;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.tenancy.Issued;
import dev.tmuxbuilder.tenancy.Members;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.Tokens;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Members and invitations. */
@ApplicationScoped
class MemberStore implements Members {
  private static final String SERVICE = "@service.invalid"; // RFC 2606, 2: never a real address

  private final Transactions transactions;
  private final Clock clock;

  MemberStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public Uni<List<Membership>> tenantsOf(UserId user) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("select * from tenants_of_user($1)")
                .execute(Tuple.of(user.value()))
                .map(rows -> Rows.list(rows, MemberStore::membership)));
  }

  private static Membership membership(Row row) {
    return new Membership(
        new TenantId(row.getUUID("tenant_id")),
        Optional.ofNullable(row.getString("name")),
        Rows.named(row, "role", Role.class));
  }

  @Override
  public Uni<Boolean> exists(TenantId tenant) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection.query("select 1 from tenants").execute().map(rows -> rows.size() > 0));
  }

  @Override
  public Uni<List<Member>> of(TenantId tenant) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "select m.user_id, coalesce(u.email, email_of_user(m.user_id)) as email,"
                        + " m.role, m.created_at from members m"
                        + " left join users u on u.user_id = m.user_id"
                        + " order by m.created_at, m.user_id")
                .execute()
                .map(rows -> Rows.list(rows, MemberStore::member)));
  }

  private static Member member(Row row) {
    String email = row.getString("email");
    return new Member(
        new UserId(row.getUUID("user_id")),
        email,
        Rows.named(row, "role", Role.class),
        email.endsWith(SERVICE),
        Rows.instant(row, "created_at"));
  }

  @Override
  public Uni<Changed> setRole(TenantId tenant, UserId user, Role role) {
    return change(
        tenant,
        user,
        role,
        connection ->
            connection
                .preparedQuery("update members set role = $2 where user_id = $1")
                .execute(Tuple.of(user.value(), role.wire())));
  }

  @Override
  public Uni<Changed> remove(TenantId tenant, UserId user) {
    return change(
        tenant,
        user,
        Role.VIEWER,
        connection ->
            connection
                .preparedQuery("delete from members where user_id = $1")
                .execute(Tuple.of(user.value())));
  }

  /** All admins are locked, so that two of them cannot remove each other. */
  private Uni<Changed> change(
      TenantId tenant,
      UserId user,
      Role after,
      java.util.function.Function<SqlConnection, Uni<?>> write) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .query("select user_id, role from members order by user_id for update")
                .execute()
                .map(rows -> Rows.list(rows, row -> row))
                .chain(
                    rows -> {
                      Optional<Row> found =
                          rows.stream()
                              .filter(row -> row.getUUID("user_id").equals(user.value()))
                              .findFirst();
                      if (found.isEmpty()) {
                        return Uni.createFrom().item(Changed.UNKNOWN);
                      }
                      long admins =
                          rows.stream()
                              .filter(row -> row.getString("role").equals("admin"))
                              .count();
                      if (admins == 1
                          && found.get().getString("role").equals("admin")
                          && after != Role.ADMIN) {
                        return Uni.createFrom().item(Changed.LAST_ADMIN);
                      }
                      return write.apply(connection).replaceWith(Changed.DONE);
                    }));
  }

  @Override
  public Uni<Optional<UserId>> addService(TenantId tenant, String name, Role role) {
    String email = name + "." + tenant + SERVICE;
    UUID id = UuidCreator.getNameBasedSha1(UuidNamespace.NAMESPACE_URL, email + "|");
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "insert into users (user_id, tenant_id, email, phone, created_at)"
                        + " values ($1, $2, $3, '', $4) on conflict do nothing")
                .execute(Tuple.of(id, tenant.value(), email, Rows.time(clock.instant())))
                .chain(() -> insertMember(connection, tenant, new UserId(id), role))
                .map(added -> added ? Optional.of(new UserId(id)) : Optional.empty()));
  }

  private Uni<Boolean> insertMember(
      SqlConnection connection, TenantId tenant, UserId user, Role role) {
    return connection
        .preparedQuery(
            "insert into members (tenant_id, user_id, role, created_at) values ($1, $2, $3, $4)"
                + " on conflict do nothing")
        .execute(Tuple.of(tenant.value(), user.value(), role.wire(), Rows.time(clock.instant())))
        .map(inserted -> inserted.rowCount() == 1);
  }

  @Override
  public Uni<Issued<Invitation>> invite(
      TenantId tenant, String email, Role role, String by, Duration valid) {
    Instant now = clock.instant();
    String token = Tokens.random("tbi_");
    Invitation invitation =
        new Invitation(
            UUID.randomUUID(),
            email,
            role,
            by,
            now,
            now.plus(valid),
            Optional.empty(),
            Optional.empty());
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "insert into invitations (token_sha256, invitation_id, tenant_id, email, role,"
                        + " invited_by, created_at, expires_at)"
                        + " values ($1, $2, $3, $4, $5, $6, $7, $8)")
                .execute(
                    Tuple.tuple()
                        .addValue(Buffer.buffer(Tokens.hash(token)))
                        .addValue(invitation.id())
                        .addValue(tenant.value())
                        .addValue(email)
                        .addValue(role.wire())
                        .addValue(by)
                        .addValue(Rows.time(now))
                        .addValue(Rows.time(invitation.expiresAt())))
                .replaceWith(new Issued<>(invitation, token)));
  }

  @Override
  public Uni<List<Invitation>> invitations(TenantId tenant) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .query(
                    "select * from invitations order by created_at desc, invitation_id limit 500")
                .execute()
                .map(rows -> Rows.list(rows, MemberStore::invitation)));
  }

  private static Invitation invitation(Row row) {
    return new Invitation(
        row.getUUID("invitation_id"),
        row.getString("email"),
        Rows.named(row, "role", Role.class),
        row.getString("invited_by"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "expires_at"),
        Optional.ofNullable(Rows.optionalInstant(row, "accepted_at")),
        Optional.ofNullable(Rows.optionalInstant(row, "revoked_at")));
  }

  @Override
  public Uni<Boolean> revokeInvitation(TenantId tenant, UUID invitation) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "update invitations set revoked_at = coalesce(revoked_at, $2)"
                        + " where invitation_id = $1")
                .execute(Tuple.of(invitation, Rows.time(clock.instant())))
                .map(updated -> updated.rowCount() == 1));
  }

  @Override
  public Uni<Optional<Membership>> accept(UserId user, byte[] tokenSha256) {
    Buffer token = Buffer.buffer(tokenSha256);
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery("select tenant_of_invitation($1) as tenant_id")
                    .execute(Tuple.of(token))
                    .map(
                        rows ->
                            Optional.ofNullable(rows.iterator().next().getUUID("tenant_id"))
                                .map(TenantId::new)))
        .chain(
            tenant ->
                tenant.isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : accept(tenant.get(), user, token));
  }

  private Uni<Optional<Membership>> accept(TenantId tenant, UserId user, Buffer token) {
    return transactions.inTenant(
        tenant,
        connection ->
            connection
                .preparedQuery(
                    "update invitations i set accepted_at = $3 from tenants t"
                        + " where i.token_sha256 = $1 and i.accepted_at is null"
                        + " and i.revoked_at is null and i.expires_at > $3"
                        + " and lower(i.email) = lower(email_of_user($2))"
                        + " returning t.tenant_id, t.name, i.role")
                .execute(Tuple.of(token, user.value(), Rows.time(clock.instant())))
                .map(Rows::first)
                .chain(
                    accepted ->
                        accepted.isEmpty()
                            ? Uni.createFrom().item(Optional.empty())
                            : insertMember(
                                    connection,
                                    tenant,
                                    user,
                                    Rows.named(accepted.get(), "role", Role.class))
                                .replaceWith(() -> accepted.map(MemberStore::membership))));
  }
}

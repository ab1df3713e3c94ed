package dev.tmuxbuilder.store;

import static dev.tmuxbuilder.execution.OverQuota.What.AGENT_MINUTES;
import static dev.tmuxbuilder.execution.OverQuota.What.SITES;
import static dev.tmuxbuilder.execution.OverQuota.What.STORAGE;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.RunKind;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.SiteName;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.execution.Watchers;
import dev.tmuxbuilder.tenancy.Caller;
import dev.tmuxbuilder.tenancy.Identity;
import dev.tmuxbuilder.tenancy.Permission;
import dev.tmuxbuilder.tenancy.Role;
import dev.tmuxbuilder.tenancy.SignUp;
import dev.tmuxbuilder.tenancy.SignedUp;
import dev.tmuxbuilder.tenancy.Tokens;
import dev.tmuxbuilder.tenancy.Users;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Users, their tokens, and the transaction that turns a wish into an execution. */
@ApplicationScoped
class UserStore implements Users {
  private static final int ENOUGH_TRIES = 20;

  private final Transactions transactions;
  private final Jobs jobs;
  private final BudgetStore budgets;
  private final QuotaStore quotas;
  private final Watchers watchers;
  private final Tokens tokens;
  private final Clock clock;
  private final RandomGenerator random;

  UserStore(
      Transactions transactions,
      Jobs jobs,
      BudgetStore budgets,
      QuotaStore quotas,
      Watchers watchers,
      Tokens tokens,
      Clock clock,
      RandomGenerator random) {
    this.transactions = transactions;
    this.jobs = jobs;
    this.budgets = budgets;
    this.quotas = quotas;
    this.watchers = watchers;
    this.tokens = tokens;
    this.clock = clock;
    this.random = random;
  }

  /** Undoes what a transaction has done, and is the answer all the same. */
  private static final class RolledBack extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient SignedUp answer;

    RolledBack(SignedUp answer) {
      super(null, null, false, false);
      this.answer = answer;
    }
  }

  @Override
  public Uni<Optional<Caller.User>> whose(byte[] tokenSha256) {
    return transactions
        .asNobody(
            connection ->
                connection
                    .preparedQuery("select * from roles_of_token($1)")
                    .execute(Tuple.of(Buffer.buffer(tokenSha256))))
        .chain(
            rows ->
                Rows.first(rows).isEmpty()
                    ? Uni.createFrom().item(Optional.empty())
                    : used(Rows.first(rows).get()).replaceWith(() -> Optional.of(user(rows))));
  }

  @Override
  public Uni<Optional<Caller.User>> now(UserId user) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(
                    "select $1::uuid as user_id, home, tenant_id, role, null::text as scope"
                        + " from roles_of_user($1) where tenant_id is not null")
                .execute(Tuple.of(user.value()))
                .map(rows -> Rows.first(rows).map(ignored -> user(rows))));
  }

  private static Caller.User user(RowSet<Row> rows) {
    Row first = Rows.first(rows).orElseThrow();
    Map<TenantId, Role> roles = new HashMap<>();
    for (Row row : rows) {
      if (row.getUUID("tenant_id") != null) {
        Role role = Rows.named(row, "role", Role.class);
        String scope = row.getString("scope");
        roles.put(
            new TenantId(row.getUUID("tenant_id")),
            scope == null ? role : role.atMost(Named.of(Role.class, scope)));
      }
    }
    return new Caller.User(
        new UserId(first.getUUID("user_id")), new TenantId(first.getUUID("home")), roles);
  }

  /** Notes that the token is in use, once a minute at most. */
  private Uni<Void> used(Row token) {
    Instant now = clock.instant();
    Instant last = Rows.optionalInstant(token, "last_used_at");
    if (last != null && last.isAfter(now.minusSeconds(60))) {
      return Uni.createFrom().voidItem();
    }
    return transactions
        .inTenant(
            new TenantId(token.getUUID("token_tenant")),
            connection ->
                connection
                    .preparedQuery("update access_tokens set last_used_at = $2 where token_id = $1")
                    .execute(Tuple.of(token.getUUID("token_id"), Rows.time(now))))
        .replaceWithVoid();
  }

  @Override
  public Uni<Optional<TenantId>> tenantOf(UserId user) {
    return transactions.asNobody(connection -> tenantOf(connection, user));
  }

  private static Uni<Optional<TenantId>> tenantOf(SqlConnection connection, UserId user) {
    return connection
        .preparedQuery("select tenant_of_user($1) as tenant_id")
        .execute(Tuple.of(user.value()))
        .map(
            rows ->
                Rows.first(rows)
                    .map(row -> Optional.ofNullable(row.getUUID("tenant_id")))
                    .orElse(Optional.empty())
                    .map(TenantId::new));
  }

  @Override
  public Uni<SignedUp> signUp(Caller caller, SignUp wish) {
    return transactions
        .asCaller(
            caller.name(),
            connection ->
                claimKey(connection, caller, wish)
                    .chain(
                        earlier ->
                            earlier.isPresent()
                                ? Uni.createFrom().item(earlier.get())
                                : create(connection, caller, wish)))
        .onFailure(RolledBack.class)
        .recoverWithItem(failure -> ((RolledBack) failure).answer)
        .onFailure(Jobs.NoRoom.class)
        .recoverWithItem(new SignedUp.TooManyWaiting())
        .invoke(
            answer -> {
              if (answer instanceof SignedUp.Accepted accepted && !accepted.repeated()) {
                watchers.grown(accepted.execution(), 1);
              }
            });
  }

  /**
   * Empty where the key is new. A second request with the same key waits here until the first has
   * committed.
   */
  private Uni<Optional<SignedUp>> claimKey(SqlConnection connection, Caller caller, SignUp wish) {
    if (wish.idempotencyKey().isEmpty()) {
      return Uni.createFrom().item(Optional.empty());
    }
    SignUp.IdempotencyKey key = wish.idempotencyKey().get();
    Buffer keyHash = Buffer.buffer(key.keySha256());
    return connection
        .preparedQuery(
            "delete from idempotency_keys where caller = $1 and key_sha256 = $2"
                + " and created_at < $3")
        .execute(
            Tuple.of(caller.name(), keyHash, Rows.time(clock.instant().minusSeconds(24 * 3600))))
        .chain(
            () ->
                connection
                    .preparedQuery(
                        "insert into idempotency_keys (caller, key_sha256, body_sha256, created_at)"
                            + " values ($1, $2, $3, $4) on conflict do nothing")
                    .execute(
                        Tuple.of(
                            caller.name(),
                            keyHash,
                            Buffer.buffer(key.bodySha256()),
                            Rows.time(clock.instant()))))
        .chain(
            inserted ->
                inserted.rowCount() == 1
                    ? Uni.createFrom().item(Optional.<SignedUp>empty())
                    : connection
                        .preparedQuery(
                            "select body_sha256, answer->>'execution_id' as execution_id,"
                                + " (answer->>'is_new_user')::boolean as is_new_user, token_nonce"
                                + " from idempotency_keys where caller = $1 and key_sha256 = $2")
                        .execute(Tuple.of(caller.name(), keyHash))
                        .map(rows -> Rows.first(rows).map(row -> repeated(row, key))));
  }

  private SignedUp repeated(Row row, SignUp.IdempotencyKey key) {
    if (!Arrays.equals(row.getBuffer("body_sha256").getBytes(), key.bodySha256())) {
      return new SignedUp.KeyReused();
    }
    ExecutionId execution = ExecutionId.of(row.getString("execution_id"));
    Optional<String> token =
        Optional.ofNullable(row.getBuffer("token_nonce"))
            .map(nonce -> tokens.token(execution.user(), nonce.getBytes()));
    return new SignedUp.Accepted(execution, row.getBoolean("is_new_user"), token, true);
  }

  private Uni<SignedUp> create(SqlConnection connection, Caller caller, SignUp wish) {
    UserId user = wish.user();
    return tenantOf(connection, user)
        .chain(
            known -> {
              TenantId tenant = known.orElseGet(() -> wish.identity().orElseThrow().ownTenant());
              return Transactions.setting(connection, "app.tenant", tenant.toString())
                  .chain(
                      () ->
                          known.isPresent()
                              ? Uni.createFrom().item(false)
                              : insertUser(connection, tenant, wish))
                  .chain(isNew -> createFor(connection, caller, wish, tenant, isNew));
            });
  }

  private Uni<SignedUp> createFor(
      SqlConnection connection, Caller caller, SignUp wish, TenantId tenant, boolean isNew) {
    UserId user = wish.user();
    Optional<Role> role = caller.roleIn(tenant);
    if (!isNew && role.isEmpty()) {
      return Uni.createFrom().failure(new RolledBack(new SignedUp.NotYours()));
    }
    if (!isNew && !role.get().may(Permission.CREATE)) {
      return Uni.createFrom().failure(new RolledBack(new SignedUp.NotAllowed()));
    }
    byte[] nonce = Tokens.newNonce();
    Uni<Optional<String>> token =
        isNew
            ? insertToken(connection, tenant, user, nonce).map(Optional::of)
            : jobs.requireRoom(connection, tenant)
                .chain(() -> budgets.require(connection))
                .replaceWith(Optional.empty());
    return quotas
        .require(connection, SITES, STORAGE, AGENT_MINUTES)
        .chain(() -> token)
        .chain(
            accessToken ->
                insertExecution(connection, tenant, caller, wish, ENOUGH_TRIES)
                    .call(
                        execution ->
                            AttachmentStore.keep(
                                connection, tenant, execution, Optional.empty(), wish.files()))
                    .call(
                        execution ->
                            rememberAnswer(connection, caller, wish, execution, isNew, nonce))
                    .map(execution -> new SignedUp.Accepted(execution, isNew, accessToken, false)));
  }

  /** Whether the user is new; a second request for the same user waits for the first. */
  private Uni<Boolean> insertUser(SqlConnection connection, TenantId tenant, SignUp wish) {
    Identity identity = wish.identity().orElseThrow();
    Uni<RowSet<Row>> theTenant =
        connection
            .preparedQuery(
                "insert into tenants (tenant_id, created_at) values ($1, $2) on conflict do"
                    + " nothing")
            .execute(Tuple.of(tenant.value(), Rows.time(clock.instant())));
    Uni<RowSet<Row>> theUser =
        connection
            .preparedQuery(
                "insert into users (user_id, tenant_id, email, phone, created_at)"
                    + " values ($1, $2, $3, $4, $5) on conflict do nothing")
            .execute(
                Tuple.of(
                    wish.user().value(),
                    tenant.value(),
                    identity.email(),
                    identity.phone(),
                    Rows.time(clock.instant())));
    return Uni.combine()
        .all()
        .unis(theTenant, theUser)
        .with((ignored, inserted) -> inserted.rowCount() == 1);
  }

  private Uni<String> insertToken(
      SqlConnection connection, TenantId tenant, UserId user, byte[] nonce) {
    String token = tokens.token(user, nonce);
    return connection
        .preparedQuery(
            "insert into access_tokens (token_sha256, tenant_id, user_id, created_at)"
                + " values ($1, $2, $3, $4)")
        .execute(
            Tuple.of(
                Buffer.buffer(Tokens.hash(token)),
                tenant.value(),
                user.value(),
                Rows.time(clock.instant())))
        .replaceWith(token);
  }

  private Uni<ExecutionId> insertExecution(
      SqlConnection connection, TenantId tenant, Caller caller, SignUp wish, int tries) {
    Instant now = clock.instant();
    ExecutionId execution = new ExecutionId(wish.user(), SessionId.next(now, random));
    String id = execution.toString();
    return connection
        .preparedQuery(
            "insert into executions (execution_id, tenant_id, user_id, session_id, host_provider,"
                + " site_type, agent, site_name, requirements, status, run, created_at, updated_at,"
                + " template)"
                + " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'pending', 1, $10, $10, $11)"
                + " on conflict do nothing")
        .execute(
            Tuple.tuple()
                .addValue(id)
                .addValue(tenant.value())
                .addValue(execution.user().value())
                .addValue(execution.session().value())
                .addValue(wish.host().wire())
                .addValue(wish.siteType().wire())
                .addValue(wish.agent().wire())
                .addValue(SiteName.of(wish.siteSlug(), execution))
                .addValue(wish.requirements())
                .addValue(Rows.time(now))
                .addValue(wish.template().orElse(null)))
        .chain(
            inserted -> {
              if (inserted.rowCount() == 1) {
                return insertFirstRun(connection, tenant, caller, execution, now);
              }
              return tries > 0
                  ? insertExecution(connection, tenant, caller, wish, tries - 1)
                  : Uni.createFrom().failure(new IllegalStateException("no free session id"));
            });
  }

  private Uni<ExecutionId> insertFirstRun(
      SqlConnection connection,
      TenantId tenant,
      Caller caller,
      ExecutionId execution,
      Instant now) {
    String id = execution.toString();
    String by = caller instanceof Caller.Anonymous ? execution.user().toString() : caller.name();
    boolean approved = // who is new is the admin of a tenant of their own
        caller.roleIn(tenant).map(role -> role.may(Permission.APPROVE)).orElse(true);
    return Transactions.together(
            connection
                .preparedQuery(
                    "insert into runs (execution_id, run, tenant_id, kind, status, requested_by,"
                        + " created_at, approved_by)"
                        + " values ($1, 1, $2, 'build', 'pending', $3, $4, $5)")
                .execute(Tuple.of(id, tenant.value(), by, Rows.time(now), approved ? by : null)),
            connection.preparedQuery(NextRuns.NEW_STEPS).execute(Tuple.of(id, 1, tenant.value())),
            jobs.put(connection, RunRef.RUN, Jobs.run(tenant, execution, 1), now),
            JournalTable.append(
                connection, tenant, execution, 1, new Line.RunRequested(now, RunKind.BUILD, by)))
        .replaceWith(execution);
  }

  private static Uni<Void> rememberAnswer(
      SqlConnection connection,
      Caller caller,
      SignUp wish,
      ExecutionId execution,
      boolean isNew,
      byte[] nonce) {
    if (wish.idempotencyKey().isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return connection
        .preparedQuery(
            "update idempotency_keys set token_nonce = $3, answer ="
                + " jsonb_build_object('execution_id', $4::text, 'is_new_user', $5::boolean) where"
                + " caller = $1 and key_sha256 = $2")
        .execute(
            Tuple.tuple()
                .addValue(caller.name())
                .addValue(Buffer.buffer(wish.idempotencyKey().get().keySha256()))
                .addValue(isNew ? Buffer.buffer(nonce) : null)
                .addValue(execution.toString())
                .addValue(isNew))
        .replaceWithVoid();
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;

/**
 * The only way to the tables: a transaction that names its tenant, and sees nothing else. Where the
 * database is away, each fails with {@link dev.tmuxbuilder.execution.StoreAway}.
 */
@ApplicationScoped
class Transactions {
  private final Pool pool;

  Transactions(Pool pool) {
    this.pool = pool;
  }

  /** Commits when the work's item comes, rolls back when it fails. */
  <T> Uni<T> inTenant(TenantId tenant, Function<SqlConnection, Uni<T>> work) {
    return within("app.tenant", tenant.toString(), work);
  }

  /**
   * The setting and the work's first statement travel together; a connection does what it is sent
   * in its order, and where the setting fails nothing after it is done.
   */
  private <T> Uni<T> within(String setting, String value, Function<SqlConnection, Uni<T>> work) {
    return pool.withTransaction(
            connection ->
                Uni.combine()
                    .all()
                    .unis(
                        setting(connection, setting, value),
                        Uni.createFrom().deferred(() -> work.apply(connection)))
                    .with((ignored, item) -> item))
        .onFailure()
        .transform(Away::named);
  }

  /** For the questions that come before a tenant is known: sees no tenant's rows. */
  <T> Uni<T> asNobody(Function<SqlConnection, Uni<T>> work) {
    return pool.withConnection(work).onFailure().transform(Away::named);
  }

  /** Sees the caller's own idempotency keys, and what a tenant named later lets it see. */
  <T> Uni<T> asCaller(String caller, Function<SqlConnection, Uni<T>> work) {
    return within("app.caller", caller, work);
  }

  /** Sees one session of a browser, by its hash in hexadecimal. */
  <T> Uni<T> asSession(String session, Function<SqlConnection, Uni<T>> work) {
    return within("app.session", session, work);
  }

  /**
   * Sends statements that do not wait for each other's answers in one go, in their order. Where one
   * fails, so does the transaction.
   */
  static Uni<Void> together(Uni<?>... statements) {
    return Uni.combine().all().unis(statements).discardItems();
  }

  static Uni<Void> setting(SqlConnection connection, String name, String value) {
    return connection
        .preparedQuery("select set_config($1, $2, true)")
        .execute(Tuple.of(name, value))
        .replaceWithVoid();
  }
}

package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The only way to the tables: a transaction that names its tenant, and sees nothing else. Where the
 * database is away, each fails with {@link dev.tmuxbuilder.execution.StoreAway}.
 */
@ApplicationScoped
class Transactions {
  private static final String BEGIN = "begin";

  /** One message. What is put into it is a UUID and nothing else, so that it needs no parameter. */
  private static final String BEGIN_IN_TENANT = "begin; set local app.tenant = '%s'";

  private static final String COMMIT = "commit";
  private static final String ROLLBACK = "rollback";

  private final Pool pool;

  Transactions(Pool pool) {
    this.pool = pool;
  }

  /** Commits when the work's item comes, rolls back when it fails. */
  <T> Uni<T> inTenant(TenantId tenant, Function<SqlConnection, Uni<T>> work) {
    return within(connection -> begin(connection, tenant), work);
  }

  /**
   * One statement in a transaction of its own, sent together with what begins and ends that: for
   * where nothing is to be decided between them, a third of the round trips.
   */
  Uni<RowSet<Row>> alone(TenantId tenant, Statement statement) {
    return onConnection(
        connection ->
            Uni.combine()
                .all()
                .unis(
                    begin(connection, tenant),
                    statement.execute(connection),
                    connection.query(COMMIT).execute())
                .with((begun, rows, committed) -> rows));
  }

  /**
   * One statement that names its tenant itself, once for each of the values: in one message and one
   * transaction, so that all of them last, or none. The answers come in the values' order.
   */
  Uni<List<RowSet<Row>>> batch(String sql, List<Tuple> values) {
    return pool.preparedQuery(sql)
        .executeBatch(values)
        .map(
            first ->
                Stream.iterate(first, Objects::nonNull, (RowSet<Row> rows) -> rows.next()).toList())
        .onFailure()
        .transform(Away::named);
  }

  /**
   * The beginning and the work's first statement travel together; a connection does what it is sent
   * in its order, and without a transaction that names its tenant nothing is seen.
   */
  private <T> Uni<T> within(
      Function<SqlConnection, Uni<Void>> beginning, Function<SqlConnection, Uni<T>> work) {
    return onConnection(
        connection ->
            Uni.combine()
                .all()
                .unis(
                    beginning.apply(connection),
                    Uni.createFrom().deferred(() -> work.apply(connection)))
                .with((begun, item) -> item)
                .call(() -> connection.query(COMMIT).execute()));
  }

  private static Uni<Void> begin(SqlConnection connection, TenantId tenant) {
    UUID which = tenant.value();
    return connection.query(BEGIN_IN_TENANT.formatted(which)).execute().replaceWithVoid();
  }

  private static Uni<Void> begin(SqlConnection connection, String setting, String value) {
    return together(connection.query(BEGIN).execute(), setting(connection, setting, value));
  }

  /** Whatever failed, the connection goes back without a transaction. */
  private <T> Uni<T> onConnection(Function<SqlConnection, Uni<T>> transaction) {
    return pool.withConnection(
            connection ->
                transaction
                    .apply(connection)
                    .onFailure()
                    .call(
                        () ->
                            connection
                                .query(ROLLBACK)
                                .execute()
                                .onFailure() // with its connection the transaction has gone, too
                                .recoverWithItem(() -> null)))
        .onFailure()
        .transform(Away::named);
  }

  /** For the questions that come before a tenant is known: sees no tenant's rows. */
  <T> Uni<T> asNobody(Function<SqlConnection, Uni<T>> work) {
    return pool.withConnection(work).onFailure().transform(Away::named);
  }

  /** Sees the caller's own idempotency keys, and what a tenant named later lets it see. */
  <T> Uni<T> asCaller(String caller, Function<SqlConnection, Uni<T>> work) {
    return within(connection -> begin(connection, "app.caller", caller), work);
  }

  /** Sees one session of a browser, by its hash in hexadecimal. */
  <T> Uni<T> asSession(String session, Function<SqlConnection, Uni<T>> work) {
    return within(connection -> begin(connection, "app.session", session), work);
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

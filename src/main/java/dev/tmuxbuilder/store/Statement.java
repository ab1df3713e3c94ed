package dev.tmuxbuilder.store;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** SQL and what goes into it. */
record Statement(String sql, Tuple values) {
  static Statement of(String sql, @Nullable Object... values) {
    Tuple tuple = Tuple.tuple();
    Arrays.stream(values).forEach(tuple::addValue);
    return new Statement(sql, tuple);
  }

  Uni<RowSet<Row>> execute(SqlConnection connection) {
    return connection.preparedQuery(sql).execute(values);
  }
}

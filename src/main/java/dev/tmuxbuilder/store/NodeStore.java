package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Nodes;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;

/** The nodes' table. It belongs to no tenant; when a node was heard is told by the database. */
@ApplicationScoped
class NodeStore implements Nodes {
  private static final String BEAT =
      """
      with forgotten as (delete from nodes where heard_at < clock_timestamp() - interval '1 hour')
      insert into nodes (name, version, running, concurrent, draining, started_at, heard_at)
      values ($1, $2, $3, $4, $5, $6, clock_timestamp())
      on conflict (name) do update
        set version = excluded.version, running = excluded.running,
            concurrent = excluded.concurrent, draining = excluded.draining,
            started_at = excluded.started_at, heard_at = excluded.heard_at
      """;

  private final Transactions transactions;

  NodeStore(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Uni<Void> beat(Node node) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(BEAT)
                .execute(
                    Tuple.tuple()
                        .addValue(node.name())
                        .addValue(node.version())
                        .addValue(node.running())
                        .addValue(node.concurrent())
                        .addValue(node.draining())
                        .addValue(Rows.time(node.startedAt())))
                .replaceWithVoid());
  }

  @Override
  public Uni<Void> leave(String name) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery("delete from nodes where name = $1")
                .execute(Tuple.of(name))
                .replaceWithVoid());
  }

  @Override
  public Uni<List<Node>> heardWithin(Duration time) {
    return transactions.asNobody(
        connection ->
            connection
                .preparedQuery(
                    "select * from nodes"
                        + " where heard_at >= clock_timestamp() - make_interval(secs => $1)"
                        + " order by name")
                .execute(Tuple.of(time.toMillis() / 1000.0))
                .map(
                    rows ->
                        StreamSupport.stream(rows.spliterator(), false)
                            .map(NodeStore::node)
                            .toList()));
  }

  private static Node node(Row row) {
    return new Node(
        row.getString("name"),
        row.getString("version"),
        row.getInteger("running"),
        row.getInteger("concurrent"),
        row.getBoolean("draining"),
        Rows.instant(row, "started_at"),
        Rows.instant(row, "heard_at"));
  }
}

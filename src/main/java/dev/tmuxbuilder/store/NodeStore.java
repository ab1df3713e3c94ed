package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.Nodes;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.StreamSupport;

/** The nodes' table. It belongs to no tenant. */
@ApplicationScoped
class NodeStore implements Nodes {
  private static final Duration FORGOTTEN_AFTER = Duration.of(1, ChronoUnit.HOURS);

  private static final String BEAT =
      """
      with forgotten as (delete from nodes where heard_at < $8)
      insert into nodes (name, version, running, concurrent, draining, started_at, heard_at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (name) do update
        set version = excluded.version, running = excluded.running,
            concurrent = excluded.concurrent, draining = excluded.draining,
            started_at = excluded.started_at, heard_at = excluded.heard_at
      """;

  private final Transactions transactions;
  private final Clock clock;

  NodeStore(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
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
                        .addValue(Rows.time(node.startedAt()))
                        .addValue(Rows.time(node.heardAt()))
                        .addValue(Rows.time(node.heardAt().minus(FORGOTTEN_AFTER))))
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
                .preparedQuery("select * from nodes where heard_at >= $1 order by name")
                .execute(Tuple.of(Rows.time(clock.instant().minus(time))))
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

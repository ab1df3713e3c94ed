package dev.tmuxbuilder.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches how long a run that has begun, or that a node has picked, says nothing in its journal.
 * Who still waits for a place says nothing either, and is not stuck.
 */
final class Silence implements AutoCloseable {
  private static final String OPEN =
      "select e.execution_id || '#' || e.run, e.last_seq, coalesce(t.picked_by, 'nobody'),"
          + " (select v.message from events v"
          + "   where v.execution_id = e.execution_id and v.seq = e.last_seq)"
          + " from executions e"
          + " join runs r on r.execution_id = e.execution_id and r.run = e.run"
          + " left join scheduled_tasks t on t.task_name = 'run'"
          + "  and t.task_instance = e.execution_id || '#' || e.run"
          + " where r.status = 'running' or (r.status = 'pending' and coalesce(t.picked, false))";

  private final Cluster cluster;
  private final Thread thread;
  private final Map<String, Heard> heard = new HashMap<>();
  private volatile Duration longest = Duration.ZERO;
  private volatile String of = "";
  private volatile boolean closed;

  private record Heard(long seq, long at) {}

  Silence(Cluster cluster) {
    this.cluster = cluster;
    this.thread = Thread.ofPlatform().daemon().name("silence").start(this::listen);
  }

  private void listen() {
    while (!closed) {
      try (Connection connection = cluster.database().asSuperuser();
          Statement statement = connection.createStatement()) {
        while (!closed) {
          look(statement);
          Pause.of(Duration.ofMillis(250));
        }
      } catch (SQLException away) { // the database is being restarted
        Pause.of(Duration.ofMillis(250));
      }
    }
  }

  private void look(Statement statement) throws SQLException {
    Map<String, Heard> now = new HashMap<>();
    long at = System.nanoTime();
    try (ResultSet rows = statement.executeQuery(OPEN)) {
      while (rows.next()) {
        String id = rows.getString(1);
        long seq = rows.getLong(2);
        Heard before = heard.get(id);
        Heard since = before != null && before.seq() == seq ? before : new Heard(seq, at);
        now.put(id, since);
        Duration silent = Duration.ofNanos(at - since.at());
        if (silent.compareTo(longest) > 0) {
          longest = silent;
          of =
              "%s after event %d, \"%s\", picked by %s"
                  .formatted(id, seq, rows.getString(4), rows.getString(3));
        }
      }
    }
    heard.clear();
    heard.putAll(now);
  }

  Duration longest() {
    return longest;
  }

  String of() {
    return of;
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}

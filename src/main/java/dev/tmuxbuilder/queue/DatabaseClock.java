package dev.tmuxbuilder.queue;

import com.github.kagkarlsson.scheduler.Clock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * The database's time, the same for all nodes: leases are judged by it. Between two looks at the
 * database it goes on by a clock that nobody can set, so a node whose own clock is wrong, or is set
 * while it works, neither loses its runs nor takes another's.
 */
final class DatabaseClock implements Clock {
  private volatile Reading last = new Reading(Instant.now(), System.nanoTime());

  private record Reading(Instant time, long nanos) {
    Instant now() {
      return time.plusNanos(System.nanoTime() - nanos);
    }
  }

  @Override
  public Instant now() {
    return last.now();
  }

  /**
   * Looks at the database's clock, and says how far it is from what was thought. Blocks. The time
   * is taken as that of the question, so this clock is never behind: to one that is, a job that was
   * just made would lie in the future, and wait for the next round.
   */
  Duration read(Connection connection) throws SQLException {
    long before = System.nanoTime();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("select clock_timestamp()")) {
      rows.next();
      Instant time = rows.getObject(1, OffsetDateTime.class).toInstant();
      Reading fresh = new Reading(time, before);
      Duration off = Duration.between(last.now(), fresh.now());
      last = fresh;
      return off;
    }
  }
}

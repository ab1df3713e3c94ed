package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.execution.StoreAway;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * One node at a time, by a lock that PostgreSQL takes back when its holder is gone, or has said
 * nothing for as long as a transaction may be idle.
 */
@ApplicationScoped
class AdvisoryLock implements OneNode {
  private static final System.Logger LOG = System.getLogger(AdvisoryLock.class.getName());

  /** Well below {@code idle_in_transaction_session_timeout}. */
  private static final Duration WORD = Duration.ofSeconds(1);

  private final DataSource database;

  AdvisoryLock(DataSource database) {
    this.database = database;
  }

  @Override
  public boolean run(String name, Runnable work) {
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      boolean mine = lock(connection, name);
      if (mine) {
        hold(connection, name, work);
      }
      connection.rollback(); // gives the lock back; the transaction wrote nothing
      return mine;
    } catch (SQLException away) {
      throw Away.named(away) instanceof StoreAway known ? known : new IllegalStateException(away);
    }
  }

  private static boolean lock(Connection connection, String name) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("select pg_try_advisory_xact_lock(hashtextextended(?, 0))")) {
      query.setString(1, "tmuxbuilder." + name);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() && rows.getBoolean(1);
      }
    }
  }

  private static void hold(Connection connection, String name, Runnable work) {
    CountDownLatch done = new CountDownLatch(1);
    Thread holder =
        Thread.ofVirtual().name("hold " + name).start(() -> sayThatItIsHeld(connection, done));
    try {
      work.run();
    } finally {
      done.countDown(); // an interrupt might cut the connection
      await(holder);
    }
  }

  private static void sayThatItIsHeld(Connection connection, CountDownLatch done) {
    try (Statement word = connection.createStatement()) {
      while (!done.await(WORD.toMillis(), TimeUnit.MILLISECONDS)) {
        word.execute("select 1");
      }
    } catch (SQLException lost) { // another may begin: the work bears that
      LOG.log(System.Logger.Level.DEBUG, "the lock is lost", lost);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(Thread holder) {
    try {
      holder.join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}

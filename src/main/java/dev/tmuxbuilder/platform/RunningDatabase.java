package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The embedded database of a service that runs, copied while it works: PostgreSQL's own way of
 * making a base backup through SQL (its documentation, 25.3.4).
 */
final class RunningDatabase {
  private static final String SLOT = "tmuxbuilder_backup";

  private final String url;
  private final String password;

  private RunningDatabase(String url, String password) {
    this.url = url;
    this.password = password;
  }

  /** A part of the copy. */
  interface Part {
    void copy() throws IOException, InterruptedException;
  }

  /** Where the label goes that says from where the copy is brought up to date. */
  interface Label {
    void keep(String label) throws IOException, InterruptedException;
  }

  static RunningDatabase connect(DataDirectory directory) throws IOException {
    Path root = directory.root();
    String port = Files.readAllLines(root.resolve("postgres/data/postmaster.pid")).get(3).strip();
    return new RunningDatabase(
        "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
        Files.readString(root.resolve("postgres.secret")).strip());
  }

  /** The slot keeps what was written meanwhile until it has been copied too. */
  void copy(Part files, Part log, Label label) throws IOException, InterruptedException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement()) {
      statement.execute("select pg_create_physical_replication_slot('" + SLOT + "', true, true)");
      try {
        statement.execute("select pg_backup_start('tmux-builder', true)");
        files.copy();
        try (ResultSet stopped =
            statement.executeQuery("select labelfile from pg_backup_stop(false)")) {
          stopped.next();
          label.keep(stopped.getString(1));
        }
        log.copy();
      } finally {
        statement.execute("select pg_drop_replication_slot('" + SLOT + "')");
      }
    } catch (SQLException failed) {
      throw new Refusal(
          "The embedded PostgreSQL does not let itself be copied: " + failed.getMessage() + ".",
          "If another backup is under way, wait for it; if not, stop the service and try again.",
          failed);
    }
  }
}

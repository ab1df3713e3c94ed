package dev.tmuxbuilder.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The embedded database of a server, as somebody who has its secrets reaches it. */
public record ServerDatabase(Path dataDirectory) {
  /** As the role that the service works with. */
  public Connection asService() throws SQLException, IOException {
    return DriverManager.getConnection(url(), "tmuxbuilder_app", secret("postgres.service.secret"));
  }

  public Connection asSuperuser() throws SQLException, IOException {
    return DriverManager.getConnection(url(), "postgres", secret("postgres.secret"));
  }

  public String url() throws IOException {
    List<String> lines = Files.readAllLines(dataDirectory.resolve("postgres/data/postmaster.pid"));
    return "jdbc:postgresql://127.0.0.1:" + lines.get(3) + "/tmuxbuilder";
  }

  /** What the database says of itself, every statement where it was told to. */
  public Path log() {
    return dataDirectory.resolve("postgres/postgres.log");
  }

  private String secret(String name) throws IOException {
    return Files.readString(dataDirectory.resolve(name)).strip();
  }

  public static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column. */
  public static List<String> texts(Connection connection, String sql) throws SQLException {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    }
    return texts;
  }
}

package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A PostgreSQL that belongs to no server: an operator runs it, and gives no more than one must. */
public final class SharedDatabase implements AutoCloseable {
  public static final String OWNER = "ana";
  public static final String NAME = "sites";

  private final Path folder;
  private final String password = Long.toHexString(System.nanoTime());
  private EmbeddedPostgres postgres;

  private SharedDatabase(Path folder, EmbeddedPostgres postgres) {
    this.folder = folder;
    this.postgres = postgres;
  }

  public static SharedDatabase start(Path folder) throws IOException, SQLException {
    SharedDatabase database = new SharedDatabase(folder, launch(folder, 0));
    try (Connection superuser = database.postgres.getPostgresDatabase().getConnection()) {
      execute(
          superuser,
          "create role " + OWNER + " login createrole password '" + database.password + "'");
      execute(superuser, "create database " + NAME + " owner " + OWNER);
    }
    return database;
  }

  private static EmbeddedPostgres launch(Path folder, int port) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false)
            .setOverrideWorkingDirectory(folder.resolve("programs").toFile())
            .setPGStartupWait(Duration.ofMinutes(1))
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("max_connections", "300")
            .setServerConfig("shared_buffers", "64MB");
    return port == 0 ? builder.start() : builder.setPort(port).start();
  }

  /** What a server must be told to work in it. */
  public Map<String, String> settings() {
    return Map.of(
        "QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql://" + address() + "/" + NAME,
        "QUARKUS_DATASOURCE_USERNAME", OWNER,
        "QUARKUS_DATASOURCE_PASSWORD", password);
  }

  public String address() {
    return "127.0.0.1:" + postgres.getPort();
  }

  public String password() {
    return password;
  }

  public Connection asSuperuser() throws SQLException {
    return postgres.getDatabase("postgres", NAME).getConnection();
  }

  public Connection asOwner() throws SQLException {
    return postgres.getDatabase(OWNER, NAME).getConnection(OWNER, password);
  }

  /** From now on nobody gets in without one, the superuser neither. */
  public void askForPasswords() throws SQLException, IOException {
    try (Connection superuser = asSuperuser()) {
      Files.writeString(
          folder.resolve("data/pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
      execute(superuser, "select pg_reload_conf()");
    }
  }

  /** Stops it, which cuts every connection, and starts it again at the same address. */
  public void restart() throws IOException {
    int port = postgres.getPort();
    postgres.close();
    postgres = launch(folder, port);
  }

  /** Cuts every connection of the servers; says how many there were. */
  public int cutConnections() throws SQLException {
    try (Connection superuser = asSuperuser()) {
      return texts(
              superuser,
              "select pg_terminate_backend(pid) from pg_stat_activity where usename = '"
                  + NAME
                  + "_app'")
          .size();
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}

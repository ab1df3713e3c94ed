package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PostgreSQL that somebody else runs, dumped and brought back by PostgreSQL's own programs. Who
 * does that is in libpq's variables ({@code PGUSER}, {@code PGPASSWORD} or {@code PGPASSFILE}), or
 * it is the owner; no password is ever an argument. Everything here blocks.
 */
public final class ExternalDatabase {
  private static final Duration PATIENCE = Duration.ofHours(6);
  private static final Duration MOMENT = Duration.ofSeconds(20);
  private static final Pattern VERSION = Pattern.compile("\\(PostgreSQL\\) (\\d+)");
  private static final Pattern DUMPED_NAME = Pattern.compile("(?m)^;\\s+dbname: (.+)$");
  private static final Pattern DUMPED_OWNER =
      Pattern.compile("(?m)^\\d+; .* TABLE public executions (.+)$");

  /** What is handed on to the programs as it is. */
  private static final List<String> LIBPQ =
      List.of("PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY");

  private final String url;
  private final String address;
  private final String owner;
  private final String ownerPassword;
  private final String user;
  private final Optional<String> password;
  private final Map<String, String> forPrograms = new HashMap<>();

  private ExternalDatabase(String url, Map<String, String> environment) {
    this.url = url;
    this.address = Database.address(url);
    this.owner = environment.getOrDefault("QUARKUS_DATASOURCE_USERNAME", "");
    this.ownerPassword = environment.getOrDefault("QUARKUS_DATASOURCE_PASSWORD", "");
    this.user = text(environment, "PGUSER").orElse(owner);
    this.password =
        text(environment, "PGUSER").isPresent()
            ? text(environment, "PGPASSWORD")
            : Optional.of(ownerPassword);
    LIBPQ.forEach(name -> text(environment, name).ifPresent(value -> forPrograms.put(name, value)));
    forPrograms.put("PGUSER", user);
    password.ifPresent(value -> forPrograms.put("PGPASSWORD", value));
    forPrograms.put("LC_ALL", "C");
  }

  /**
   * The one that the service's own variables name; empty where they name none.
   *
   * @throws Refusal where what they name is no address
   */
  public static Optional<ExternalDatabase> of(Map<String, String> environment) {
    return text(environment, "QUARKUS_DATASOURCE_REACTIVE_URL")
        .map(url -> new ExternalDatabase(url, environment));
  }

  private static Optional<String> text(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  /**
   * Writes everything that is in the database, as it is at one moment.
   *
   * @throws Refusal where that cannot be done or would leave out what tenants have
   */
  void dump(Path file) throws IOException, InterruptedException {
    try (Connection connection = connect(address)) {
      require(
          connection,
          "rolsuper or rolbypassrls",
          "does not see the rows of tenants, so a dump would lack them");
      requireNoOlder("pg_dump", serverVersion(connection));
    } catch (SQLException failed) {
      throw unusable(failed);
    }
    run(
        PATIENCE,
        "pg_dump",
        "--format=custom",
        "--no-password",
        "--file=" + file,
        "--dbname=" + place());
  }

  /**
   * Makes roles and database where they are missing, and fills the database, whole or not at all.
   *
   * @param directory what was restored before, with the password of the service's role
   * @throws Refusal where something is in the database already, or it has other names than before
   */
  void restore(Path file, DataDirectory directory) throws IOException, InterruptedException {
    String list = run(MOMENT, "pg_restore", "--list", file.toString());
    requireSame("the database", first(DUMPED_NAME, list), name());
    requireSame("the owner", first(DUMPED_OWNER, list), owner);
    try {
      makeOwnerAndDatabase();
      requireEmpty();
    } catch (SQLException failed) {
      throw unusable(failed);
    }
    Database.configured(url, owner, ownerPassword, directory);
    run(
        PATIENCE,
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-password",
        "--dbname=" + place(),
        file.toString());
  }

  private void makeOwnerAndDatabase() throws SQLException {
    try (Connection connection = connect(server() + "/postgres");
        Statement statement = connection.createStatement()) {
      require(connection, "rolsuper", "may not make what belongs to others");
      if (!exists(connection, "select 1 from pg_roles where rolname = ?", owner)) {
        statement.execute("set log_statement = 'none'"); // or the server's log has the password
        statement.execute(
            "create role %s login createrole password %s"
                .formatted(
                    statement.enquoteIdentifier(owner, true),
                    statement.enquoteLiteral(ownerPassword)));
        statement.execute("reset log_statement");
      }
      if (!exists(connection, "select 1 from pg_database where datname = ?", name())) {
        statement.execute(
            "create database %s owner %s encoding 'UTF8' template template0"
                .formatted(
                    statement.enquoteIdentifier(name(), true),
                    statement.enquoteIdentifier(owner, true)));
      }
    }
  }

  private void requireEmpty() throws SQLException {
    try (Connection connection = connect(address)) {
      if (exists(connection, "select 1 from pg_tables where schemaname = ?", "public")) {
        throw new Refusal(
            "The database at " + address + " is not empty.",
            "Drop or rename it first; restore makes it again.");
      }
    }
  }

  private static void requireSame(String what, Optional<String> before, String now) {
    if (!before.filter(now::equals).isPresent()) {
      throw new Refusal(
          "The dump names %s %s, the settings %s."
              .formatted(what, before.map(name -> "“" + name + "”").orElse("not at all"), now),
          "Roles of these names have rights in it: restore under the names that it had.");
    }
  }

  private void require(Connection connection, String right, String otherwise) throws SQLException {
    String query = "select 1 from pg_roles where rolname = ? and (" + right + ")";
    if (!exists(connection, query, user)) {
      throw new Refusal(
          "The role " + user + " " + otherwise + ".",
          "Name a superuser of the PostgreSQL in PGUSER, and its password in PGPASSWORD or in a"
              + " file that PGPASSFILE names.");
    }
  }

  private void requireNoOlder(String program, int server) throws IOException, InterruptedException {
    String said = run(MOMENT, program, "--version");
    int version = first(VERSION, said).map(Integer::parseInt).orElse(0);
    if (version < server) {
      throw new Refusal(
          "%s is of PostgreSQL %d, the server of %d: it must not be older."
              .formatted(program, version, server),
          "Install the package postgresql-client-"
              + server
              + ", from PostgreSQL's own repository where the system's is older.");
    }
  }

  private static int serverVersion(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion();
  }

  private String run(Duration patience, String program, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(words));
    Processes.Result result;
    try {
      result =
          Processes.runBlocking(
              new Processes.Command(command, Path.of("/"), forPrograms, patience, 8 << 20));
    } catch (TimeoutException late) {
      throw new IOException(program + " did not end within " + patience, late);
    } catch (IOException missing) {
      throw new Refusal(
          "There is no " + program + " here: " + missing.getMessage() + ".",
          "Install PostgreSQL's client programs: apt-get install postgresql-client.",
          missing);
    }
    if (!result.ok()) {
      throw new IOException(program + ": " + result.stderr().strip());
    }
    return result.stdout();
  }

  private Connection connect(String where) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    password.ifPresent(value -> properties.setProperty("password", value));
    properties.setProperty("connectTimeout", "10");
    return DriverManager.getConnection("jdbc:postgresql://" + where, properties);
  }

  private static boolean exists(Connection connection, String query, String name)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    return found.find() ? Optional.of(found.group(1).strip()) : Optional.empty();
  }

  private Refusal unusable(SQLException failed) {
    return new Refusal(
        "The PostgreSQL at " + address + " cannot be used: " + failed.getMessage() + ".",
        "See that it runs, and that PGUSER with PGPASSWORD or PGPASSFILE is a superuser of it.",
        failed);
  }

  private String place() {
    return "postgresql://" + address;
  }

  private String server() {
    return address.substring(0, address.indexOf('/'));
  }

  private String name() {
    return address.substring(address.indexOf('/') + 1);
  }
}

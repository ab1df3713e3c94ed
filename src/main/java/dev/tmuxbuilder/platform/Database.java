package dev.tmuxbuilder.platform;

import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How the service reaches its PostgreSQL: an owner that migrates the schema, and a role that owns
 * nothing, so that row level security holds for everything the service does.
 *
 * @param address {@code host:port/database}
 */
public record Database(
    String address,
    String ownerUser,
    String ownerPassword,
    String serviceUser,
    String servicePassword) {

  private static final String NAME = "tmuxbuilder";

  /** Any number that no other program locks in this database. */
  private static final long ROLES = 0x746d7578L;

  private static final String UNDEFINED_DATABASE = "3D000";
  private static final Pattern REACTIVE_URL =
      Pattern.compile("(?:vertx-reactive:)?postgres(?:ql)?://([^/?]+/[^/?]+)(?:\\?.*)?");

  /** Makes database and roles in the embedded PostgreSQL where they are missing. Blocks. */
  public static Database embedded(EmbeddedDatabase postgres, DataDirectory directory) {
    String superuser = "127.0.0.1:" + postgres.port() + "/postgres";
    String owner = NAME + "_owner";
    String ownerPassword = directory.secret("postgres.owner.secret");
    try (Connection connection =
        connect(superuser, postgres.superuser(), postgres.superuserPassword())) {
      ensureRole(connection, owner, ownerPassword, "createrole");
      if (!exists(connection, "select 1 from pg_database where datname = ?", NAME)) {
        execute(connection, "create database " + NAME + " owner " + owner + " encoding 'UTF8'");
      }
    } catch (SQLException failed) {
      throw unusable("127.0.0.1:" + postgres.port(), failed);
    }
    return external("127.0.0.1:" + postgres.port() + "/" + NAME, owner, ownerPassword, directory);
  }

  /**
   * Makes the service's role in a PostgreSQL that somebody else runs. Blocks.
   *
   * @param url as in {@code quarkus.datasource.reactive.url}
   * @throws Refusal where it cannot be reached or does not let us
   */
  public static Database configured(
      String url, String user, String password, DataDirectory directory) {
    return external(address(url), user, password, directory);
  }

  /** The {@link #address} in {@code quarkus.datasource.reactive.url}. */
  static String address(String url) {
    Matcher form = REACTIVE_URL.matcher(url);
    if (!form.matches()) {
      throw new Refusal(
          "QUARKUS_DATASOURCE_REACTIVE_URL is not an address of a PostgreSQL database.",
          "Give it as postgresql://host:port/database.");
    }
    return form.group(1);
  }

  public String reactiveUrl() {
    return "postgresql://" + address;
  }

  public String jdbcUrl() {
    return "jdbc:postgresql://" + address;
  }

  private static Database external(
      String address, String owner, String ownerPassword, DataDirectory directory) {
    try (Connection connection = connect(address, owner, ownerPassword)) {
      String database = address.substring(address.indexOf('/') + 1);
      String service = database.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_") + "_app";
      String servicePassword = directory.secret("postgres.service.secret");
      ensureRole(connection, service, servicePassword, "nocreaterole");
      return new Database(address, owner, ownerPassword, service, servicePassword);
    } catch (SQLException failed) {
      throw unusable(address, failed);
    }
  }

  private static Refusal unusable(String address, SQLException failed) {
    String hint =
        UNDEFINED_DATABASE.equals(failed.getSQLState())
            ? "Create the database first."
            : "See that it runs, that QUARKUS_DATASOURCE_USERNAME and _PASSWORD are right, and that"
                + " this user owns the database and may create roles.";
    return new Refusal(
        "The PostgreSQL at " + address + " cannot be used: " + reason(failed) + ".", hint, failed);
  }

  /** The driver's word, which ends with a stop, and the cause where the word does not tell it. */
  private static String reason(SQLException failed) {
    String word = String.valueOf(failed.getMessage()).replaceAll("[.\\s]+$", "");
    return failed.getCause() instanceof UnknownHostException unknown
        ? word + ", as there is no host " + unknown.getMessage()
        : word;
  }

  private static Connection connect(String address, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + address + "?connectTimeout=10&loginTimeout=10", user, password);
  }

  private static void ensureRole(Connection connection, String role, String password, String extra)
      throws SQLException {
    // One at a time, where several nodes start at once; held until the connection is closed.
    execute(connection, "select pg_advisory_lock(" + ROLES + ")");
    boolean known = exists(connection, "select 1 from pg_roles where rolname = ?", role);
    execute(
        connection,
        known
            ? "alter role " + role + " login password '" + password + "'"
            : "create role "
                + role
                + " login nosuperuser nobypassrls nocreatedb "
                + extra
                + " password '"
                + password
                + "'");
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

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}

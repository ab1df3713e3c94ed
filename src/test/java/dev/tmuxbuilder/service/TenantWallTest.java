package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database's own wall between tenants, as the service's role meets it. */
@ExtendWith(SharedServer.class)
class TenantWallTest {
  private final ServerProcess server;

  TenantWallTest(ServerProcess server) {
    this.server = server;
  }

  @Test
  void everyTableButTheQueueIsWalledOffByForcedRowLevelSecurity() throws Exception {
    try (Connection connection = asService()) {
      List<String> open =
          texts(
              connection,
              "select relname from pg_class where relkind = 'r' and relnamespace ="
                  + " 'public'::regnamespace and not (relrowsecurity and relforcerowsecurity)");
      assertThat(open).containsExactlyInAnyOrder("scheduled_tasks", "flyway_schema_history");
    }
  }

  @Test
  void theServicesRoleOwnsNothingAndCannotPassTheWall() throws Exception {
    try (Connection connection = asService()) {
      assertThat(
              texts(
                  connection,
                  "select relname from pg_class where relowner = current_user::regrole"))
          .isEmpty();
      assertThat(
              texts(
                  connection,
                  "select rolname from pg_roles where rolname = current_user"
                      + " and not rolsuper and not rolbypassrls and not rolcreaterole"))
          .hasSize(1);
      assertThatThrownBy(() -> execute(connection, "alter table events disable row level security"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> execute(connection, "update events set message = 'forged'"))
          .isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> execute(connection, "delete from events"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void aQueryWithoutATenantSeesNothingAndOneWithATenantSeesItsOwn() throws Exception {
    Client.Created mine = server.client().create("# Mine");
    Client.Created other = server.client().create("# Other");
    try (Connection connection = asService()) {
      for (String table :
          List.of("users", "tenants", "access_tokens", "executions", "runs", "steps", "events")) {
        assertThat(texts(connection, "select 1::text from " + table)).as(table).isEmpty();
      }
      connection.setAutoCommit(false);
      try (PreparedStatement set =
          connection.prepareStatement("select set_config('app.tenant', ?, true)")) {
        set.setString(1, mine.answer().get("user_id").asText());
        set.execute();
      }
      assertThat(texts(connection, "select execution_id from executions"))
          .containsExactly(mine.id())
          .doesNotContain(other.id());
      assertThatThrownBy(
              () -> execute(connection, "insert into tenants values (gen_random_uuid(), now())"))
          .isInstanceOf(SQLException.class);
      connection.rollback();
      assertThat(texts(connection, "select execution_id from executions")).isEmpty();
    }
  }

  @Test
  void nobodyGetsInWithoutAPasswordAndEveryWriteIsDurable() throws Exception {
    assertThatThrownBy(() -> DriverManager.getConnection(url(), "postgres", "").close())
        .isInstanceOf(SQLException.class);
    try (Connection connection = asService()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(texts(connection, "show " + setting)).containsExactly("on");
      }
    }
  }

  @Test
  void noTokenIsKeptAnywhereButAsItsHash() throws Exception {
    Client.Created mine = server.client().create("# Mine");
    String token = mine.answer().get("access_token").asText();
    try (Connection connection =
        DriverManager.getConnection(url(), "postgres", secret("postgres.secret"))) {
      for (String table :
          texts(
              connection,
              "select relname from pg_class where relkind = 'r'"
                  + " and relnamespace = 'public'::regnamespace")) {
        assertThat(
                texts(
                    connection,
                    "select t::text from " + table + " t where t::text like '%" + token + "%'"))
            .as(table)
            .isEmpty();
      }
    }
  }

  private Connection asService() throws SQLException, IOException {
    return DriverManager.getConnection(url(), "tmuxbuilder_app", secret("postgres.service.secret"));
  }

  private String url() throws IOException {
    List<String> lines =
        Files.readAllLines(server.dataDirectory().resolve("postgres/data/postmaster.pid"));
    return "jdbc:postgresql://127.0.0.1:" + lines.get(3) + "/tmuxbuilder";
  }

  private String secret(String name) throws IOException {
    return Files.readString(server.dataDirectory().resolve(name)).strip();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> texts(Connection connection, String sql) throws SQLException {
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

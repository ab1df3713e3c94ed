package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The database's own wall between tenants, as the service's role meets it. */
@ExtendWith(SharedServer.class)
class TenantWallTest {
  private final ServerProcess server;
  private final ServerDatabase database;

  TenantWallTest(ServerProcess server) {
    this.server = server;
    this.database = new ServerDatabase(server.dataDirectory());
  }

  @Test
  void everyTableButTheQueueIsWalledOffByForcedRowLevelSecurity() throws Exception {
    try (Connection connection = database.asService()) {
      List<String> open =
          texts(
              connection,
              "select relname from pg_class where relkind = 'r' and relnamespace ="
                  + " 'public'::regnamespace and not (relrowsecurity and relforcerowsecurity)");
      assertThat(open)
          .containsExactlyInAnyOrder(
              "scheduled_tasks", "nodes", "orphans", "host_looks", "flyway_schema_history");
    }
  }

  @Test
  void theServicesRoleOwnsNothingAndCannotPassTheWall() throws Exception {
    try (Connection connection = database.asService()) {
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
    try (Connection connection = database.asService()) {
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
  void interleavedTransactionsOfManyTenantsOnFewConnectionsSeeNoForeignRow() throws Exception {
    List<UUID> tenants = Stream.generate(UUID::randomUUID).limit(50).toList();
    try (Connection one = database.asService();
        Connection two = database.asService()) {
      List<Connection> pool = List.of(one, two);
      for (Connection connection : pool) {
        connection.setAutoCommit(false);
      }
      for (UUID tenant : tenants) {
        name(one, tenant);
        execute(one, "insert into tenants values ('" + tenant + "', now())");
        one.commit();
      }
      Random random = new Random(50);
      UUID[] open = new UUID[2];
      for (int i = 0; i < 10_000; i++) {
        int which = random.nextInt(2);
        Connection connection = pool.get(which);
        if (open[which] != null) {
          connection.commit();
        }
        open[which] = tenants.get(random.nextInt(tenants.size()));
        name(connection, open[which]);
        int other = 1 - which;
        if (open[other] != null) {
          assertThat(texts(pool.get(other), "select tenant_id::text from tenants"))
              .containsExactly(open[other].toString());
        }
        assertThat(texts(connection, "select tenant_id::text from tenants"))
            .containsExactly(open[which].toString());
      }
    }
  }

  private static void name(Connection connection, UUID tenant) throws SQLException {
    try (PreparedStatement set =
        connection.prepareStatement("select set_config('app.tenant', ?, true)")) {
      set.setString(1, tenant.toString());
      set.execute();
    }
  }

  @Test
  void nobodyGetsInWithoutAPasswordAndEveryWriteIsDurable() throws Exception {
    assertThatThrownBy(() -> DriverManager.getConnection(database.url(), "postgres", "").close())
        .isInstanceOf(SQLException.class);
    try (Connection connection = database.asService()) {
      for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
        assertThat(texts(connection, "show " + setting)).containsExactly("on");
      }
    }
  }

  @Test
  void noTokenIsKeptAnywhereButAsItsHash() throws Exception {
    Client.Created mine = server.client().create("# Mine");
    String token = mine.answer().get("access_token").asText();
    try (Connection connection = database.asSuperuser()) {
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
}

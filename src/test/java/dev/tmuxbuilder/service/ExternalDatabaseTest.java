package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that somebody else runs, asks for passwords and gives no more than it must. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalDatabaseTest {
  private static final String OWNER = "ana";

  private @TempDir Path folder;
  private EmbeddedPostgres postgres;
  private String password;

  @BeforeAll
  void startIt(@TempDir Path database) throws IOException, SQLException {
    Path data = database.resolve("data");
    password = Long.toHexString(System.nanoTime());
    postgres =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setOverrideWorkingDirectory(database.resolve("programs").toFile())
            .start();
    try (Connection superuser = postgres.getPostgresDatabase().getConnection()) {
      execute(superuser, "create role " + OWNER + " login createrole password '" + password + "'");
      execute(superuser, "create database sites owner " + OWNER);
      Files.writeString(data.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
      execute(superuser, "select pg_reload_conf()");
    }
  }

  @AfterAll
  void stopIt() throws IOException {
    postgres.close();
  }

  private ServerProcess server() {
    return new ServerProcess(folder.resolve("data"))
        .with("QUARKUS_DATASOURCE_REACTIVE_URL", url("127.0.0.1:" + postgres.getPort(), "sites"))
        .with("QUARKUS_DATASOURCE_USERNAME", OWNER)
        .with("QUARKUS_DATASOURCE_PASSWORD", password);
  }

  private static String url(String address, String database) {
    return "postgresql://" + address + "/" + database;
  }

  @Test
  void aRunIsDoneInItAndNoOtherDatabaseIsStarted() throws SQLException {
    try (ServerProcess server = server().start()) {
      Client.Created site = server.client().create("# Elsewhere");

      assertThat(site.completed().get("release").asInt()).isEqualTo(1);

      assertThat(server.dataDirectory().resolve("postgres")).doesNotExist();
      assertThat(server.processesOfDataDirectory()).noneMatch(line -> line.contains("postgres"));
      try (Connection owner = postgres.getDatabase(OWNER, "sites").getConnection(OWNER, password)) {
        assertThat(texts(owner, "select count(*) from flyway_schema_history where success"))
            .doesNotContain("0");
        assertThat(texts(owner, "select rolname from pg_roles where rolname = 'sites_app'"))
            .hasSize(1);
        execute(owner, "set app.tenant = '" + site.answer().get("user_id").asText() + "'");
        assertThat(texts(owner, "select status from executions")).containsExactly("completed");
      }
      server.stop();
      server.start();
      assertThat(site.status().get("status").asText()).isEqualTo("completed");
    }
  }

  @Test
  void aWrongPasswordIsSaidWithoutThePassword() {
    String wrong = "not-" + password;

    assertThat(server().with("QUARKUS_DATASOURCE_PASSWORD", wrong).refusal())
        .contains("127.0.0.1:" + postgres.getPort() + "/sites cannot be used")
        .contains("password authentication failed", "QUARKUS_DATASOURCE_USERNAME")
        .doesNotContain(wrong);
  }

  @Test
  void aPlaceWhereNobodyAnswersIsSaid() {
    String nobody = "127.0.0.1:" + ServerProcess.freePort();

    assertThat(server().with("QUARKUS_DATASOURCE_REACTIVE_URL", url(nobody, "sites")).refusal())
        .contains("The PostgreSQL at " + nobody + "/sites cannot be used", "refused");
  }

  @Test
  void aHostThatIsNotThereIsNamed() {
    String nowhere = "database.invalid";

    assertThat(server().with("QUARKUS_DATASOURCE_REACTIVE_URL", url(nowhere, "sites")).refusal())
        .contains("there is no host " + nowhere);
  }

  @Test
  void aDatabaseThatIsNotThereIsToBeMade() {
    String address = "127.0.0.1:" + postgres.getPort();

    assertThat(server().with("QUARKUS_DATASOURCE_REACTIVE_URL", url(address, "none")).refusal())
        .contains(address + "/none cannot be used", "Create the database first");
  }

  @Test
  void whatIsNoAddressIsRefusedWithItsForm() {
    assertThat(server().with("QUARKUS_DATASOURCE_REACTIVE_URL", "somewhere").refusal())
        .contains("postgresql://host:port/database");
    try (Stream<Path> made = Files.list(folder.resolve("data"))) {
      assertThat(made).noneMatch(path -> path.endsWith("postgres"));
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}

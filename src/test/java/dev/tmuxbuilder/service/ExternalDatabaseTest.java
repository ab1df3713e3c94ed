package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.execute;
import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;

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
  private @TempDir Path folder;
  private SharedDatabase database;

  @BeforeAll
  void startIt(@TempDir Path place) throws IOException, SQLException {
    database = SharedDatabase.start(place);
    database.askForPasswords();
  }

  @AfterAll
  void stopIt() throws IOException {
    database.close();
  }

  private ServerProcess server() {
    ServerProcess server = new ServerProcess(folder.resolve("data"));
    database.settings().forEach(server::with);
    return server;
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
      try (Connection owner = database.asOwner()) {
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
    String wrong = "not-" + database.password();

    assertThat(server().with("QUARKUS_DATASOURCE_PASSWORD", wrong).refusal())
        .contains(database.address() + "/sites cannot be used")
        .contains("password authentication failed", "QUARKUS_DATASOURCE_USERNAME")
        .doesNotContain(wrong);
  }

  @Test
  void aPlaceWhereNobodyAnswersIsSaid() {
    String nobody = "127.0.0.1:" + Ports.free();

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
    String address = database.address();

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

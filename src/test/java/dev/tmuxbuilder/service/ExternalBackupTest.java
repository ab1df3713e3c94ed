package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.platform.Processes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a service whose PostgreSQL somebody else runs, and what comes of it elsewhere. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalBackupTest {
  private static final String OWNER = "ana";
  private static final String NAME = "sites";

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final String word = "word of 'ana' " + UUID.randomUUID();
  private Path folder;
  private SystemPostgres first;
  private Client.Created site;
  private ServerProcess server;

  @BeforeAll
  void buildASite(@TempDir Path place) throws IOException, InterruptedException, SQLException {
    folder = place;
    first = SystemPostgres.start(folder.resolve("first"), "postgres");
    first.execute(
        "create role ana login createrole password '%s'".formatted(word.replace("'", "''")));
    first.execute("create database sites owner ana");
    server = server(folder.resolve("data"), first).start();
    site = server.client().create("# It comes back elsewhere");
    site.completed();
  }

  @AfterAll
  void stop() throws IOException, InterruptedException {
    server.close();
    first.close();
  }

  private ServerProcess server(Path data, SystemPostgres postgres) {
    ServerProcess process = new ServerProcess(data);
    postgres.settings(NAME, OWNER, word).forEach(process::with);
    return process;
  }

  @Test
  void afterARestoreElsewhereSitesTokensHistoryAndWallsAreAsTheyWere() throws Exception {
    Path file = folder.resolve("backup.tar");
    Path restored = folder.resolve("restored");
    byte[] page = page(server);
    Map<String, String> watched = watchedPrograms("pg_dump", "pg_restore");

    assertThat(program(server.dataDirectory(), superuser(first), watched, "backup", file))
        .contains("with a dump of the database elsewhere");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    try (SystemPostgres second = SystemPostgres.start(folder.resolve("second"), "root_of_it")) {
      assertThat(program(restored, byPasswordFile(second), watched, "restore", file))
          .contains("and to the database elsewhere");
      assertThat(restored.resolve("database.dump")).doesNotExist();
      assertThat(Files.readString(folder.resolve("watched/calls")))
          .contains("pg_dump --format=custom", "pg_restore --exit-on-error")
          .doesNotContain(word, first.password(), second.password());
      assertThat(second.log())
          .contains("create database")
          .doesNotContain(word.replace("'", "''"), second.password());

      try (ServerProcess there = server(restored, second).start()) {
        Client.Created same =
            new Client.Created(
                there.client().as(site.client().token().orElseThrow()), site.answer());
        assertThat(page(there)).isEqualTo(page);
        assertThat(receipts(same)).isEqualTo(receipts(site));
        assertThat(same.post("redeploy", "").completed().get("release").asInt()).isEqualTo(2);
        assertThat(there.operator().get("/api/nodes").statusCode()).isEqualTo(200);
        assertWallsStand(second, NAME, restored, site);
        try (Connection owner = second.connect(NAME, OWNER, word)) {
          String rights =
              "select rolname from pg_roles where rolname in ('ana', 'sites_app')"
                  + " and not rolsuper and not rolbypassrls";
          assertThat(ServerDatabase.texts(owner, rights)).hasSize(2);
        }
      }

      Path other = folder.resolve("other");
      assertThat(program(other, superuser(second), Map.of(), "restore", file))
          .contains("is not empty");
      assertThat(filesIn(other)).allMatch(path -> path.endsWith("server.lock"));
    }
  }

  /** A service's role sees what belongs to the tenant that it names, and nothing without. */
  static void assertWallsStand(
      SystemPostgres postgres, String database, Path data, Client.Created site)
      throws SQLException, IOException {
    String secret = Files.readString(data.resolve("postgres.service.secret")).strip();
    String executions = "select execution_id from executions";
    try (Connection service = postgres.connect(database, database + "_app", secret)) {
      assertThat(ServerDatabase.texts(service, executions)).as("of nobody's tenant").isEmpty();
      ServerDatabase.execute(service, "set app.tenant = '" + UUID.randomUUID() + "'");
      assertThat(ServerDatabase.texts(service, executions)).as("of another tenant").isEmpty();
      ServerDatabase.execute(
          service, "set app.tenant = '" + site.answer().get("user_id").asText() + "'");
      assertThat(ServerDatabase.texts(service, executions)).containsExactly(site.id());
    }
  }

  @Test
  void whoDoesNotSeeTheRowsOfTenantsMakesNoBackup() throws Exception {
    Path file = folder.resolve("blind.tar");

    assertThat(
            program(
                server.dataDirectory(),
                first.settings(NAME, OWNER, word),
                Map.of(),
                "backup",
                file))
        .contains("The role ana does not see the rows of tenants", "PGUSER", "PGPASSFILE");

    assertThat(file).doesNotExist();
  }

  @Test
  void aDumpThatHasNowhereToGoIsRefused() throws Exception {
    Path file = folder.resolve("homeless.tar");
    Path data = folder.resolve("homeless");
    program(server.dataDirectory(), superuser(first), Map.of(), "backup", file);

    assertThat(program(data, Map.of(), Map.of(), "restore", file))
        .contains("QUARKUS_DATASOURCE_REACTIVE_URL");
    assertThat(
            program(
                data,
                first.settingsWithSuperuser("others", OWNER, word),
                Map.of(),
                "restore",
                file))
        .contains("“sites”", "others");

    assertThat(filesIn(data)).allMatch(path -> path.endsWith("server.lock"));
  }

  @Test
  void aProgramThatIsMissingOrTooOldIsSaidWithItsPackage() throws Exception {
    Path none = Files.createDirectories(folder.resolve("no-programs"));
    Path old = Files.createDirectories(folder.resolve("old-programs"));
    script(old.resolve("pg_dump"), "echo 'pg_dump (PostgreSQL) 9.6.24'");
    Path file = folder.resolve("none.tar");

    assertThat(backup(file, Map.of("PATH", none.toString())))
        .contains("There is no pg_dump", "apt-get install postgresql-client");
    assertThat(backup(file, Map.of("PATH", old.toString())))
        .contains("pg_dump is of PostgreSQL 9, the server of ", "postgresql-client-");

    assertThat(file).doesNotExist();
  }

  private String backup(Path file, Map<String, String> more)
      throws IOException, InterruptedException, TimeoutException {
    return program(server.dataDirectory(), superuser(first), more, "backup", file);
  }

  private Map<String, String> superuser(SystemPostgres postgres) {
    return postgres.settingsWithSuperuser(NAME, OWNER, word);
  }

  private Map<String, String> byPasswordFile(SystemPostgres postgres) throws IOException {
    Path secrets = Files.createFile(folder.resolve("pgpass"), OWNER_ONLY);
    String line = "127.0.0.1:%d:*:*:%s".formatted(postgres.port(), postgres.password());
    Map<String, String> settings = new HashMap<>(superuser(postgres));
    settings.remove("PGPASSWORD");
    settings.put("PGPASSFILE", Files.writeString(secrets, line + "\n").toString());
    return settings;
  }

  /** A path on which these programs write down how they are called. */
  private Map<String, String> watchedPrograms(String... names) throws IOException {
    Path watched = Files.createDirectories(folder.resolve("watched"));
    for (String name : names) {
      script(
          watched.resolve(name),
          "echo \"%s $*\" >> '%s'\nexec '%s' \"$@\""
              .formatted(name, watched.resolve("calls"), SystemPostgres.programs().resolve(name)));
    }
    return Map.of("PATH", watched + ":" + System.getenv("PATH"));
  }

  static void script(Path file, String body) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private byte[] page(ServerProcess of) {
    return new SiteReader(of, site.status().get("url").asText()).get("/").body();
  }

  static JsonNode receipts(Client.Created site) {
    return site.client().json(site.client().get("/api/executions/" + site.id() + "/receipts"), 200);
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  /** What the command says, on both streams. */
  private static String program(
      Path data, Map<String, String> settings, Map<String, String> more, String command, Path file)
      throws IOException, InterruptedException, TimeoutException {
    Map<String, String> environment = new HashMap<>(settings);
    environment.put("TMUXBUILDER_DATA_DIR", data.toString());
    environment.putAll(more);
    Processes.Result said =
        Processes.runBlocking(
            new Processes.Command(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-jar",
                    System.getProperty("tmuxbuilder.test.app"),
                    command,
                    file.toString()),
                Path.of("").toAbsolutePath(),
                environment,
                Duration.ofMinutes(2),
                1 << 20));
    return said.stdout() + said.stderr();
  }
}

package dev.tmuxbuilder.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A cluster of this system's own PostgreSQL, of the version of its pg_dump, which asks for
 * passwords and writes every statement to its log.
 */
final class SystemPostgres implements AutoCloseable {
  private final String superuser;
  private final String password = UUID.randomUUID().toString();
  private final int port = Ports.free();
  private final Path log;
  private final Process process;

  private SystemPostgres(Path folder, String superuser) throws IOException, InterruptedException {
    this.superuser = superuser;
    this.log = folder.resolve("postgres.log");
    Files.createDirectories(folder);
    Path secret = Files.writeString(folder.resolve("password"), password);
    Path data = folder.resolve("data");
    Process making =
        begin(
            "initdb",
            "--pgdata=" + data,
            "--username=" + superuser,
            "--pwfile=" + secret,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync");
    if (making.waitFor() != 0) {
      throw new IOException(Files.readString(log));
    }
    this.process =
        begin(
            "postgres",
            "-D",
            data.toString(),
            "-p",
            Integer.toString(port),
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            "unix_socket_directories=",
            "-c",
            "log_statement=all");
  }

  static SystemPostgres start(Path folder, String superuser)
      throws IOException, InterruptedException {
    SystemPostgres postgres = new SystemPostgres(folder, superuser);
    Awaitility.await("PostgreSQL answers")
        .atMost(Duration.ofSeconds(30))
        .ignoreExceptions()
        .until(
            () -> {
              postgres.connect("postgres", superuser, postgres.password).close();
              return true;
            });
    return postgres;
  }

  /** It refuses to work for root, so where that is who tests, it sees nobody in particular. */
  private Process begin(String program, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty("user.name").equals("root")) {
      command.addAll(List.of("unshare", "--user"));
    }
    command.add(programs().resolve(program).toString());
    command.addAll(List.of(words));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Where Debian has the server's programs, of the newest version. */
  static Path programs() throws IOException {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .filter(bin -> Files.isExecutable(bin.resolve("pg_dump")))
          .max(Comparator.comparingInt(bin -> Integer.parseInt("" + bin.getName(2))))
          .orElseThrow();
    }
  }

  Connection connect(String database, String user, String word) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + port + "/" + database, user, word);
  }

  /** Runs a statement as the superuser. */
  void execute(String sql) throws SQLException {
    try (Connection connection = connect("postgres", superuser, password)) {
      ServerDatabase.execute(connection, sql);
    }
  }

  /** What a service must be told to work in a database of it. */
  Map<String, String> settings(String database, String owner, String word) {
    return Map.of(
        "QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql://127.0.0.1:" + port + "/" + database,
        "QUARKUS_DATASOURCE_USERNAME", owner,
        "QUARKUS_DATASOURCE_PASSWORD", word);
  }

  /** The same, and who may see everything. */
  Map<String, String> settingsWithSuperuser(String database, String owner, String word) {
    Map<String, String> all = new HashMap<>(settings(database, owner, word));
    all.put("PGUSER", superuser);
    all.put("PGPASSWORD", password);
    return all;
  }

  int port() {
    return port;
  }

  String password() {
    return password;
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }
}

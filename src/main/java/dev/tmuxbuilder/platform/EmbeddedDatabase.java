package dev.tmuxbuilder.platform;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The PostgreSQL that comes with the service, on a free loopback port, in the data directory. It
 * writes durably, asks for passwords, and ends with the service however that ends.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(EmbeddedDatabase.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String ONLY_WITH_PASSWORD =
      """
      # Written by tmux-builder: nobody gets in without a password.
      local all all scram-sha-256
      host  all all 127.0.0.1/32 scram-sha-256
      host  all all ::1/128      scram-sha-256
      """;

  private final EmbeddedPostgres postgres;
  private final Path data;
  private final Process guard;
  private final String superuserPassword;

  private EmbeddedDatabase(
      EmbeddedPostgres postgres, Path data, Process guard, String superuserPassword) {
    this.postgres = postgres;
    this.data = data;
    this.guard = guard;
    this.superuserPassword = superuserPassword;
  }

  /** Whether a database was made in the directory before. */
  static boolean isIn(DataDirectory directory) {
    return Files.exists(data(directory).resolve("PG_VERSION"));
  }

  /** Whether the directory's database is at work. */
  static boolean runs(DataDirectory directory) {
    return postmaster(data(directory)).isPresent();
  }

  private static Path data(DataDirectory directory) {
    return directory.root().resolve("postgres").resolve("data");
  }

  /**
   * Starts the database, after it stopped one that a killed server left behind. Blocks: 3 s the
   * first time, less than 1 s later.
   *
   * @throws Refusal where it does not start
   */
  public static EmbeddedDatabase start(DataDirectory directory) {
    Path data = data(directory);
    try {
      stopLeftOver(data);
      boolean fresh = !isIn(directory);
      String password = directory.secret("postgres.secret");
      EmbeddedPostgres postgres = launch(directory, data, password);
      if (fresh || !Files.readString(data.resolve("pg_hba.conf")).equals(ONLY_WITH_PASSWORD)) {
        lockDown(postgres, data, password);
      }
      return new EmbeddedDatabase(postgres, data, guard(data), password);
    } catch (IOException | SQLException | IllegalStateException failed) {
      throw new Refusal(
          "The embedded PostgreSQL does not start: " + failed.getMessage() + ".",
          "Look at "
              + directory.root().resolve("postgres/postgres.log")
              + ", or name another PostgreSQL in QUARKUS_DATASOURCE_REACTIVE_URL.",
          failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Refusal("The start was interrupted.", "Start again.", stopped);
    }
  }

  public int port() {
    return postgres.getPort();
  }

  public String superuser() {
    return "postgres";
  }

  public String superuserPassword() {
    return superuserPassword;
  }

  /** Runs {@code action} when the database ends without having been told to. */
  public void onUnexpectedEnd(Runnable action) {
    postmaster(data).ifPresent(process -> process.onExit().thenRun(action));
  }

  /** Stops the database. Blocks until it has ended, some 10 s at most. */
  @Override
  public void close() {
    try {
      postgres.close();
      guard.destroy();
    } catch (IOException failed) {
      LOG.log(System.Logger.Level.WARNING, "the embedded PostgreSQL did not stop", failed);
    }
  }

  private static EmbeddedPostgres launch(DataDirectory directory, Path data, String password)
      throws IOException {
    Path home = directory.root().resolve("postgres");
    Files.createDirectories(home);
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setOverrideWorkingDirectory(home.resolve("programs").toFile())
        .setRegisterShutdownHook(false)
        .setPGStartupWait(PATIENCE)
        .setConnectConfig("password", password)
        .setOutputRedirector(
            ProcessBuilder.Redirect.appendTo(home.resolve("postgres.log").toFile()))
        .setErrorRedirector(ProcessBuilder.Redirect.appendTo(home.resolve("postgres.log").toFile()))
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("password_encryption", "scram-sha-256")
        .setServerConfig("max_connections", "60")
        .setServerConfig("shared_buffers", "128MB")
        .setServerConfig("jit", "off")
        .start();
  }

  /** The cluster is made with trust for everybody on this machine; that ends here. */
  private static void lockDown(EmbeddedPostgres postgres, Path data, String password)
      throws SQLException, IOException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("alter role postgres password '" + password + "'");
      Files.writeString(data.resolve("pg_hba.conf"), ONLY_WITH_PASSWORD);
      statement.execute("select pg_reload_conf()");
    }
  }

  /**
   * A child that waits for its standard input to end, which happens when this process does, and
   * then asks the database to stop: so that a killed server leaves none behind.
   */
  private static Process guard(Path data) throws IOException, InterruptedException {
    long pid = postmaster(data).map(ProcessHandle::pid).orElseThrow(IllegalStateException::new);
    return Processes.start(
        new ProcessBuilder("/bin/sh", "-c", "read -r _ || kill -INT \"$1\"", "guard", "" + pid)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD));
  }

  private static void stopLeftOver(Path data) throws IOException, InterruptedException {
    Optional<ProcessHandle> left = postmaster(data);
    if (left.isEmpty()) {
      return;
    }
    LOG.log(System.Logger.Level.INFO, "Stopping the database that an earlier server left behind");
    signal(left.get(), "INT");
    if (!ended(left.get(), Duration.ofSeconds(10))) {
      signal(left.get(), "QUIT");
      if (!ended(left.get(), Duration.ofSeconds(10))) {
        throw new IllegalStateException("process " + left.get().pid() + " does not stop");
      }
    }
  }

  private static void signal(ProcessHandle process, String signal)
      throws IOException, InterruptedException {
    Processes.start(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())))
        .waitFor();
  }

  private static boolean ended(ProcessHandle process, Duration patience)
      throws InterruptedException {
    try {
      process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException still) {
      return false;
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** The process that really works in the directory; a stale file with a reused number is none. */
  private static Optional<ProcessHandle> postmaster(Path data) {
    try {
      List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
      if (lines.isEmpty()) {
        return Optional.empty();
      }
      long pid = Long.parseLong(lines.getFirst().strip());
      Path workingDirectory = Files.readSymbolicLink(Path.of("/proc/" + pid + "/cwd"));
      return workingDirectory.equals(data.toRealPath()) ? ProcessHandle.of(pid) : Optional.empty();
    } catch (IOException | NumberFormatException gone) {
      return Optional.empty();
    }
  }
}

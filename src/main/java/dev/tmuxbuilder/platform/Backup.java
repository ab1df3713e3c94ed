package dev.tmuxbuilder.platform;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A data directory in one archive, and back. The database goes first: files that came into being
 * after its last word are found again by the runs that go on, but not the other way round.
 */
public final class Backup {
  private static final Duration PATIENCE = Duration.ofHours(6);

  /** As PostgreSQL's documentation says of base backups; WAL follows when the rest is there. */
  private static final List<String> LEFT_OUT_OF_THE_DATABASE =
      Stream.of(
              "postmaster.pid",
              "postmaster.opts",
              "pg_wal/*",
              "pg_replslot/*",
              "pg_dynshmem/*",
              "pg_notify/*",
              "pg_serial/*",
              "pg_snapshots/*",
              "pg_stat_tmp/*",
              "pg_subtrans/*")
          .map(name -> "./postgres/data/" + name)
          .toList();

  private static final String DATABASE = "./postgres/data";

  /** In the archive alone: what is elsewhere, in PostgreSQL's custom format. */
  private static final String DUMP = "./database.dump";

  /** What a start makes anew, what only the process that made it can use, and older dumps. */
  private static final List<String> LEFT_OUT =
      List.of("./tmp", "./postgres", "./server.lock", "./logs", "./.probe*", DUMP);

  private final DataDirectory directory;
  private final Optional<ExternalDatabase> elsewhere;

  /**
   * @param elsewhere where the database is, unless it is in the directory
   */
  public Backup(DataDirectory directory, Optional<ExternalDatabase> elsewhere) {
    this.directory = directory;
    this.elsewhere = elsewhere;
  }

  /** Which database is in the archive. */
  public enum Copied {
    NONE,
    STOPPED,
    AT_WORK,
    DUMPED
  }

  /** What was done. */
  public record Made(Copied database, long bytes) {}

  /**
   * Writes the archive, whole or not at all, readable for its owner alone: it holds secrets. A
   * service that runs goes on. Blocks.
   *
   * @throws Refusal where it cannot be done, saying what to do
   */
  public Made write(Path archive) throws InterruptedException {
    Path file = archive.toAbsolutePath().normalize();
    if (file.startsWith(directory.root())) {
      throw new Refusal(
          "The backup would lie in the data directory itself.", "Name a file elsewhere.");
    }
    boolean database = elsewhere.isEmpty() && EmbeddedDatabase.isIn(directory);
    boolean online = database && EmbeddedDatabase.runs(directory);
    if (!online) {
      lockUnlessShared(database);
    }
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try {
      Files.deleteIfExists(partial);
      Files.createFile(
          partial,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      if (online) {
        RunningDatabase running = RunningDatabase.connect(directory);
        running.copy(
            () -> database(partial),
            () -> add(partial, "./postgres/data/pg_wal"),
            label -> addLabel(partial, label));
      } else if (database) {
        database(partial);
        add(partial, "./postgres/data/pg_wal");
      } else if (elsewhere.isPresent()) {
        addDump(partial, elsewhere.get());
      }
      files(partial);
      try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        written.force(true);
      }
      long bytes = Files.size(partial);
      Files.move(
          partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new Made(copied(database, online), bytes);
    } catch (IOException failed) {
      remove(partial);
      throw failed(file, failed);
    } catch (RuntimeException failed) {
      remove(partial);
      throw failed;
    }
  }

  private Copied copied(boolean database, boolean online) {
    if (!database) {
      return elsewhere.isPresent() ? Copied.DUMPED : Copied.NONE;
    }
    return online ? Copied.AT_WORK : Copied.STOPPED;
  }

  /** With a database elsewhere, servers may go on using the directory. */
  private void lockUnlessShared(boolean database) {
    if (database) {
      directory.lock();
    }
  }

  private void database(Path archive) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("--append"));
    LEFT_OUT_OF_THE_DATABASE.forEach(name -> words.add("--exclude=" + name));
    words.add(DATABASE);
    tar(archive, words);
  }

  private void add(Path archive, String path) throws IOException, InterruptedException {
    tar(archive, List.of("--append", path));
  }

  private void addLabel(Path archive, String label) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(archive.getParent(), ".backup");
    try {
      Path file = folder.resolve("postgres/data/backup_label");
      Files.createDirectories(file.getParent());
      Files.writeString(file, label);
      tar(archive, List.of("--append", "--directory=" + folder, "./postgres/data/backup_label"));
    } finally {
      remove(folder);
    }
  }

  private void addDump(Path archive, ExternalDatabase database)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(archive.toAbsolutePath().getParent(), ".backup");
    try {
      database.dump(folder.resolve(DUMP));
      tar(archive, List.of("--append", "--directory=" + folder, DUMP));
    } finally {
      remove(folder);
    }
  }

  private void files(Path archive) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("--append"));
    LEFT_OUT.forEach(name -> words.add("--exclude=" + name));
    words.add(".");
    tar(archive, words);
  }

  private void tar(Path archive, List<String> words) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                "tar",
                "--file=" + archive,
                "--numeric-owner",
                "--anchored",
                "--warning=no-file-changed",
                "--warning=no-file-removed",
                "--warning=no-file-ignored",
                "--directory=" + directory.root()));
    command.addAll(words);
    // 1 says that files changed while they were read: replayed, or taken up by the runs that go on.
    run(command, 1);
  }

  private static void run(List<String> command, int worst)
      throws IOException, InterruptedException {
    try {
      Processes.Result result =
          Processes.runBlocking(
              Processes.Command.of(Path.of("/"), PATIENCE, command.toArray(String[]::new)));
      if (result.exitCode() > worst) {
        throw new IOException("tar: " + result.stderr().strip());
      }
    } catch (TimeoutException late) {
      throw new IOException("tar did not end within " + PATIENCE.toHours() + " hours", late);
    }
  }

  /**
   * Fills the directory, which must be empty, from an archive, and where a dump is in that, the
   * database elsewhere as well. Blocks.
   *
   * @return whether a database elsewhere was filled
   * @throws Refusal where something is there already, or the archive is none of ours
   */
  public boolean restore(Path archive) throws InterruptedException {
    Path file = archive.toAbsolutePath().normalize();
    try {
      if (!Files.isReadable(file)) {
        throw new Refusal("There is no archive " + file + ".", "Name one that backup has made.");
      }
      if (!isEmpty()) {
        throw new Refusal(
            "The data directory " + directory.root() + " is not empty.",
            "Move it away first, or name another one in TMUXBUILDER_DATA_DIR.");
      }
      directory.lock();
      try {
        run(
            List.of(
                "tar",
                "--extract",
                "--file=" + file,
                "--numeric-owner",
                "--preserve-permissions",
                "--directory=" + directory.root()),
            0);
        if (!Files.isRegularFile(directory.root().resolve("operator.token"))) {
          throw new IOException("it is no backup of a data directory");
        }
        for (String folder : LEFT_OUT_OF_THE_DATABASE) {
          if (folder.endsWith("/*") && Files.exists(directory.root().resolve(DATABASE))) {
            Files.createDirectories(
                directory.root().resolve(folder.substring(0, folder.length() - 2)));
          }
        }
        return restoreDump();
      } catch (IOException failed) {
        clear();
        throw failed(file, failed);
      } catch (RuntimeException refused) {
        clear();
        throw refused;
      }
    } catch (IOException failed) {
      throw failed(file, failed);
    }
  }

  private boolean restoreDump() throws IOException, InterruptedException {
    Path dump = directory.root().resolve(DUMP);
    if (!Files.exists(dump)) {
      return false;
    }
    ExternalDatabase database =
        elsewhere.orElseThrow(
            () ->
                new Refusal(
                    "The archive has the dump of a PostgreSQL that is elsewhere.",
                    "Say where it is to go: QUARKUS_DATASOURCE_REACTIVE_URL, _USERNAME and"
                        + " _PASSWORD, as for the service."));
    database.restore(dump, directory);
    Files.delete(dump);
    return true;
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> entries = Files.list(directory.root())) {
      return entries.allMatch(entry -> entry.getFileName().toString().equals("server.lock"));
    }
  }

  private void clear() throws IOException {
    try (Stream<Path> entries = Files.list(directory.root())) {
      entries
          .filter(entry -> !entry.getFileName().toString().equals("server.lock"))
          .forEach(Backup::remove);
    }
  }

  private static void remove(Path path) {
    try (Stream<Path> tree = Files.walk(path)) {
      for (Path one : tree.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(one);
      }
    } catch (IOException gone) {
      // what is not there need not be removed; what cannot be removed is seen at the next try
    }
  }

  private static Refusal failed(Path archive, IOException failed) {
    return new Refusal(
        "The archive " + archive + " cannot be used: " + failed.getMessage() + ".",
        "See that there is room, and that this user may read and write there.",
        failed);
  }
}

package dev.tmuxbuilder.cli;

import dev.tmuxbuilder.platform.Backup;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.ExternalDatabase;
import dev.tmuxbuilder.platform.Refusal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts everything that lasts into one file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = "Puts the data directory and the database into one tar file.",
    footer = {
      "",
      "The service may go on meanwhile. The file holds secrets: keep it where only you can read it.",
      "A database elsewhere is dumped by pg_dump: the service's QUARKUS_DATASOURCE_… say where it is,",
      "PGUSER and PGPASSWORD (or PGPASSFILE) who may see all of it."
    })
final class BackupCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "The file to write.")
  private Path file = Path.of("");

  BackupCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    try {
      Path data = surroundings.existingDataDir();
      Backup.Made made = backup(data).write(file);
      surroundings.out().line("Wrote %s: %,d bytes, %s.".formatted(file, made.bytes(), what(made)));
      return 0;
    } catch (Refusal refusal) {
      throw CliFailure.failed("no_backup", String.valueOf(refusal.getMessage()), refusal.hint());
    }
  }

  private Backup backup(Path data) {
    return new Backup(DataDirectory.open(data), ExternalDatabase.of(surroundings.environment()));
  }

  private static String what(Backup.Made made) {
    return switch (made.database()) {
      case NONE -> "without the database, as QUARKUS_DATASOURCE_REACTIVE_URL does not say where";
      case STOPPED -> "of a service that is stopped";
      case AT_WORK -> "while the service runs";
      case DUMPED -> "with a dump of the database elsewhere";
    };
  }
}

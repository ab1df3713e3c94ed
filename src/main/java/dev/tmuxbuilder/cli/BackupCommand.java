package dev.tmuxbuilder.cli;

import dev.tmuxbuilder.platform.Backup;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.Refusal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Puts everything that lasts into one file. */
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = "Puts the data directory, database and all, into one tar file.",
    footer = {
      "",
      "The service may go on meanwhile. The file holds secrets: keep it where only you can read it.",
      "With a database elsewhere, dump that first; docs/deploy.md says how."
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
      Backup.Made made = new Backup(DataDirectory.open(data)).write(file);
      surroundings.out().line("Wrote %s: %,d bytes, %s.".formatted(file, made.bytes(), what(made)));
      return 0;
    } catch (Refusal refusal) {
      throw CliFailure.failed("no_backup", String.valueOf(refusal.getMessage()), refusal.hint());
    }
  }

  private static String what(Backup.Made made) {
    if (!made.database()) {
      return "without the database, which is elsewhere";
    }
    return made.online() ? "while the service runs" : "of a service that is stopped";
  }
}

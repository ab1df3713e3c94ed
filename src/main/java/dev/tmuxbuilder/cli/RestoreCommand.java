package dev.tmuxbuilder.cli;

import dev.tmuxbuilder.platform.Backup;
import dev.tmuxbuilder.platform.DataDirectory;
import dev.tmuxbuilder.platform.ExternalDatabase;
import dev.tmuxbuilder.platform.Refusal;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Fills an empty data directory from a backup. */
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = "Fills an empty data directory (TMUXBUILDER_DATA_DIR) from a file of backup.",
    footer = {
      "",
      "A database elsewhere is filled too: the service's QUARKUS_DATASOURCE_… say where it is,",
      "PGUSER and PGPASSWORD (or PGPASSFILE) who is superuser there.",
      "Start the service afterwards: sites are served and runs go on."
    })
final class RestoreCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FILE", description = "What backup has written.")
  private Path file = Path.of("");

  RestoreCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    boolean elsewhere;
    try {
      elsewhere =
          new Backup(
                  DataDirectory.open(surroundings.dataDir()),
                  ExternalDatabase.of(surroundings.environment()))
              .restore(file);
    } catch (Refusal refusal) {
      throw CliFailure.failed("not_restored", String.valueOf(refusal.getMessage()), refusal.hint());
    }
    surroundings
        .out()
        .line(
            "Restored to %s%s. Start with: serve"
                .formatted(
                    surroundings.dataDir(), elsewhere ? " and to the database elsewhere" : ""));
    return 0;
  }
}

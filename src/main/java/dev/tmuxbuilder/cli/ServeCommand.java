package dev.tmuxbuilder.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Runs the service in the foreground until it is told to stop. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Runs the service in the foreground; SIGTERM or Ctrl-C stops it.",
    footer = {
      "",
      "It is configured by the environment: TMUXBUILDER_DATA_DIR, QUARKUS_HTTP_PORT,",
      "TMUXBUILDER_SITES_PORT and so on; the README lists them."
    })
final class ServeCommand implements Runnable {
  @Parameters(arity = "0..*", hidden = true, description = "Arguments for the service.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public void run() {
    Server.run(arguments.toArray(String[]::new));
  }
}

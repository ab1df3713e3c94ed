package dev.tmuxbuilder.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Puts what is in {@code source/} now at the same URL. */
@Command(
    name = "redeploy",
    description = "Deploys what is in source/ now, at the same URL, and checks it again.")
final class RedeployCommand extends ExecutionCommand {
  @Option(names = "--no-wait", description = "Do not follow the run.")
  private boolean noWait;

  RedeployCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    return start("redeploy", Json.object(), noWait);
  }
}

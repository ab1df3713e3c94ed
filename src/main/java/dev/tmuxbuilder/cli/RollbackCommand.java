package dev.tmuxbuilder.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an earlier release live again. */
@Command(
    name = "rollback",
    description = "Makes an earlier release live again, at the same URL.",
    footer = {"", "tmux-builder receipt EXECUTION lists the releases."})
final class RollbackCommand extends ExecutionCommand {
  @Parameters(index = "1", paramLabel = "RELEASE", description = "The release's number: 1, 2, 3 …")
  private int release;

  @Option(names = "--no-wait", description = "Do not follow the run.")
  private boolean noWait;

  RollbackCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    if (release < 1) {
      throw CliFailure.badUsage("bad_release", "a release is a number from 1 on", "");
    }
    return start("rollback", Json.object().put("release", release), noWait);
  }
}

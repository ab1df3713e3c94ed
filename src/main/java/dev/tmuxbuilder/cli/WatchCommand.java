package dev.tmuxbuilder.cli;

import picocli.CommandLine.Command;

/** Follows an execution's run to its end. */
@Command(
    name = "watch",
    description = "Shows a run as it goes on; Ctrl-C leaves the watcher, not the run.",
    footer = {"", "Exit code 0 only where the run ended completed."})
final class WatchCommand extends ExecutionCommand {
  WatchCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecutionRef.Found found = find();
    int run = found.api().get("/api/status/" + found.execution()).path("run").asInt(0);
    return follow(found.api(), found.execution(), run);
  }
}

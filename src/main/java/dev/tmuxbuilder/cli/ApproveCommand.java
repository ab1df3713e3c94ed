package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says yes to what waits to be published. */
@Command(
    name = "approve",
    description = "Says yes to what was made and waits; it is published and proved then.")
final class ApproveCommand extends ExecutionCommand {
  @Option(names = "--no-wait", description = "Do not follow the run.")
  private boolean noWait;

  ApproveCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecutionRef.Found found = find();
    JsonNode now = found.api().get("/api/status/" + found.execution() + "?limit=1");
    return start("approve", Json.object().put("run", now.path("run").asInt()), noWait);
  }
}

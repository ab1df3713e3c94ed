package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops the run in progress. */
@Command(name = "cancel", description = "Stops the run in progress, cleanly.")
final class CancelCommand extends ExecutionCommand {
  private static final Set<String> ENDED = Set.of("cancelled", "completed", "failed", "destroyed");
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @Option(names = "--no-wait", description = "Do not wait until it has stopped.")
  private boolean noWait;

  CancelCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecutionRef.Found found = find();
    JsonNode answer = found.api().post("/api/cancel/" + found.execution(), Json.object(), Map.of());
    if (noWait) {
      say(answer, "It will stop after the call in flight.");
      return 0;
    }
    JsonNode end = EndState.await(found, ENDED, DEADLINE);
    say(end, "The run is " + end.path("status").asText() + ".");
    return 0;
  }
}

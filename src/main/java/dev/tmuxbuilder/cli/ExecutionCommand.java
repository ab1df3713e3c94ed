package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that is about one execution. */
@Command
abstract class ExecutionCommand extends RemoteCommand {
  @Mixin private ExecutionRef execution = new ExecutionRef();

  ExecutionCommand(Surroundings surroundings) {
    super(surroundings);
  }

  ExecutionRef.Found find() throws InterruptedException {
    return execution.find(surroundings(), connection());
  }

  /** Asks for a new run and shows it to its end, or says only that it was started. */
  int start(String call, JsonNode body, boolean noWait) throws InterruptedException {
    return start(call, body, List.of(), noWait);
  }

  int start(String call, JsonNode body, List<Path> files, boolean noWait)
      throws InterruptedException {
    ExecutionRef.Found found = find();
    JsonNode answer =
        found.api().post("/api/" + call + "/" + found.execution(), body, files, Map.of());
    int run = answer.path("run").asInt(0);
    if (noWait) {
      say(
          answer,
          "Run "
              + run
              + " is under way. Watch it: "
              + surroundings().command()
              + " watch "
              + found.execution());
      return 0;
    }
    return follow(found.api(), found.execution(), run);
  }
}

package dev.tmuxbuilder.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says something to the agent. */
@Command(name = "chat", description = "Tells the agent what to change; the URL stays the same.")
final class ChatCommand extends ExecutionCommand {
  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "MESSAGE",
      description = "What to change, in your own words.")
  private List<String> message = List.of();

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "A picture or document for the agent; may be given up to ten times.")
  private List<Path> files = List.of();

  @Option(names = "--no-wait", description = "Do not follow the run.")
  private boolean noWait;

  ChatCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    return start("chat", Json.object().put("message", String.join(" ", message)), files, noWait);
  }
}

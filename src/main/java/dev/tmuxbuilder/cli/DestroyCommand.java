package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes a site for good. */
@Command(
    name = "destroy",
    description = "Removes a site for good: what it serves, runs and stores. The record stays.")
final class DestroyCommand extends ExecutionCommand {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask. (Only a person at a terminal is asked.)")
  private boolean yes;

  @Option(names = "--no-wait", description = "Do not wait until all is gone.")
  private boolean noWait;

  DestroyCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    ExecutionRef.Found found = find();
    if (!yes && surroundings().terminal().live() && !json() && !agrees(found.execution())) {
      out().line("Nothing was removed.");
      return CliFailure.FAILED;
    }
    JsonNode answer = found.api().delete("/api/executions/" + found.execution());
    if (noWait) {
      say(answer, "It is being removed.");
      return 0;
    }
    say(EndState.await(found, Set.of("destroyed"), DEADLINE), "The site is gone.");
    return 0;
  }

  private boolean agrees(String execution) {
    out().raw("Remove the site of " + execution + " for good? [y/N] ");
    try {
      var answers = new InputStreamReader(surroundings().in(), StandardCharsets.UTF_8);
      return Optional.ofNullable(new BufferedReader(answers).readLine())
          .filter(answer -> answer.strip().matches("(?i)y|yes"))
          .isPresent();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A command that talks to a service. */
@Command(mixinStandardHelpOptions = true)
abstract class RemoteCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  @Mixin private Connection connection = new Connection();

  RemoteCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Connection connection() {
    return connection;
  }

  Output out() {
    return surroundings.out();
  }

  boolean json() {
    return connection.json();
  }

  /** A document for machines, an answer's words for people. */
  void say(JsonNode document, String words) {
    out().line(json() ? Json.line(document) : words);
  }

  /** Shows a run to its end and says what it left; returns the exit code. */
  int follow(Api api, String execution, int run) throws InterruptedException {
    RunState end = new Follower(surroundings).follow(api, execution, run, json());
    RunResult result = RunResult.ask(api, end);
    if (json()) {
      out().line(Json.line(result.document(surroundings, api)));
    } else {
      result.say(surroundings, api);
    }
    return result.exitCode();
  }
}

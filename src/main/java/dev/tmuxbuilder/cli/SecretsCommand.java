package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Looks after the keys with which sites' environments are sealed. */
@Command(
    name = "secrets",
    description = "Seals the environments of all sites with new keys.",
    footer = {
      "",
      "The service goes on meanwhile, and no site is deployed again. The master key is in",
      "master.secret in the data directory, or in TMUXBUILDER_SECRETS_MASTER_KEYS: there, put a new",
      "key before the old one and restart, then rotate, then take the old one out."
    })
final class SecretsCommand extends RemoteCommand {
  /** What may be done with them. */
  enum Action {
    rotate
  }

  @Parameters(index = "0", paramLabel = "ACTION", description = "rotate")
  private Action action = Action.rotate;

  SecretsCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    JsonNode done =
        switch (action) {
          case rotate ->
              connection()
                  .open(surroundings(), "operator")
                  .post("/api/secrets/rotate", Json.object(), Map.of());
        };
    say(
        done,
        "%,d sites have new keys. The master key is %s now."
            .formatted(done.path("sites").asInt(), done.path("master").asText()));
    return 0;
  }
}

package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a site from a brief. */
@Command(
    name = "create",
    description = {
      "Makes a website from a brief and shows how it comes about.",
      "Without a service that answers on this machine, starts one and leaves it serving."
    },
    footer = {
      "",
      "Without --email and --phone the site belongs to LOGIN@localhost.localdomain with",
      "a number that nobody has. Exit code 0 only where the run ended completed."
    })
final class CreateCommand extends RemoteCommand {
  @Mixin private Brief brief = new Brief();

  @Option(
      names = "--host",
      defaultValue = "local",
      paramLabel = "HOST",
      description = "local, aws or azure (default: ${DEFAULT-VALUE}).")
  private String host = "local";

  @Option(
      names = "--type",
      defaultValue = "static",
      paramLabel = "TYPE",
      description = "static or dynamic (default: ${DEFAULT-VALUE}).")
  private String type = "static";

  @Option(
      names = "--agent",
      defaultValue = "starter",
      paramLabel = "AGENT",
      description = "starter, claude or opencode (default: ${DEFAULT-VALUE}).")
  private String agent = "starter";

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = {
        "A picture or document that goes with the brief, for claude and opencode; may be",
        "given up to ten times."
      })
  private List<Path> files = List.of();

  @Option(
      names = "--template",
      paramLabel = "NAME",
      description = {
        "A shared repository of the service's that the site begins as; with the",
        "starter agent it is the site, and there is no brief."
      })
  private Optional<String> template = Optional.empty();

  @Option(names = "--email", paramLabel = "EMAIL", description = "Whose site it is.")
  private Optional<String> email = Optional.empty();

  @Option(
      names = "--phone",
      paramLabel = "PHONE",
      description = "The owner's number with the country's code: +12025550123.")
  private Optional<String> phone = Optional.empty();

  @Option(names = "--no-wait", description = "Do not follow the run.")
  private boolean noWait;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "The same key and brief start nothing twice for 24 hours.")
  private Optional<String> idempotencyKey = Optional.empty();

  CreateCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() throws InterruptedException {
    Surroundings s = surroundings();
    String requirements = template.isPresent() ? brief.readIfAny(s) : brief.read(s);
    Owner owner = Owner.of(s, email, phone);
    new LocalService(s, connection()).makeSureThatItAnswers();
    Api api = connection().open(s, owner.userId());
    JsonNode created = api.post("/api/create-user", request(owner, requirements), files, headers());
    String execution = Json.text(created, "execution_id").orElseThrow(CreateCommand::strange);
    String user = Json.text(created, "user_id").orElseThrow(CreateCommand::strange);
    new Memory(s.configDir())
        .created(api.address(), user, execution, Json.text(created, "access_token"));
    if (json()) {
      out().line(Json.line(announced(created)));
    } else {
      sayCreated(created, execution);
    }
    return noWait ? 0 : follow(connection().open(s, user), execution, 1);
  }

  private ObjectNode request(Owner owner, String requirements) {
    ObjectNode request = Json.object();
    template.ifPresent(name -> request.put("template", name));
    return request
        .put("email", owner.email())
        .put("phone", owner.phone())
        .put("host_provider", host)
        .put("site_type", type)
        .put("agent", agent)
        .put("requirements", requirements);
  }

  private Map<String, String> headers() {
    return idempotencyKey.map(key -> Map.of("Idempotency-Key", key)).orElse(Map.of());
  }

  /** The service's answer as an event; the token is in the tokens file, not in a log. */
  private static ObjectNode announced(JsonNode created) {
    ObjectNode event = Json.object().put("event", "created");
    created
        .propertyStream()
        .filter(field -> !field.getKey().equals("access_token"))
        .forEach(field -> event.set(field.getKey(), field.getValue()));
    return event;
  }

  private void sayCreated(JsonNode created, String execution) {
    if (noWait) {
      out().line(execution);
      out().line("  status  " + created.path("status_url").asText());
      out().line("  watch   " + surroundings().command() + " watch " + execution);
    } else if (!surroundings().terminal().live()) {
      out().line("execution " + execution);
    }
  }

  private static CliFailure strange() {
    return CliFailure.failed(
        "strange_answer",
        "what answers there does not speak like tmux-builder",
        "Is another program on that port? tmux-builder doctor says which.");
  }
}

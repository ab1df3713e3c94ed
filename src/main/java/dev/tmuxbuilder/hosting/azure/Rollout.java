package dev.tmuxbuilder.hosting.azure;

import com.azure.resourcemanager.resources.fluent.models.GenericResourceInner;
import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.MachineReport;
import dev.tmuxbuilder.hosting.Wait;
import dev.tmuxbuilder.hosting.azure.Things.Thing;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Has a script run on the site's machine, by a managed run command, and tells what it printed. The
 * command has one name, so that one is under way at a time: what an earlier one left goes first.
 *
 * @see <a href="https://learn.microsoft.com/rest/api/compute/virtual-machine-run-commands">managed
 *     run commands</a>
 */
record Rollout(AzureClients azure, Things things, AzureIds ids, Wait patience) {
  /** Azure lets a command run no longer. */
  private static final long MOST_SECONDS = 5_400;

  private static final String SCRIPT_ENDED = "Succeeded";
  private static final Set<String> UNDER_WAY = Set.of("", "Unknown", "Pending", "Running");

  private Thing command() {
    return new Thing(Kind.RUN_COMMAND, ids.of(Kind.RUN_COMMAND), "the rollout");
  }

  /**
   * Cancelling stops the script on the machine too.
   *
   * @param where the machine is
   * @param secrets variables of the script that nobody can read later
   * @param longest that the script may run
   * @return what the machine said
   */
  @CheckReturnValue
  Uni<MachineReport> run(
      String stage,
      String where,
      String script,
      Map<String, String> secrets,
      Map<String, String> tags,
      Duration longest,
      Progress progress) {
    long since = System.nanoTime();
    return things
        .remove(stage, command(), progress)
        .chain(() -> things.put(stage, command(), body(where, script, secrets, tags, longest)))
        .chain(
            () ->
                patience.until(
                    stage,
                    "The machine puts the release live",
                    progress,
                    () -> look(stage),
                    found -> found.filter(Rollout::hasEnded).isPresent()))
        .onCancellation()
        .call(() -> stop(stage))
        .map(Optional::orElseThrow)
        .call(() -> stop(stage))
        .map(Rollout::report)
        .invoke(
            report ->
                report.tell(
                    stage,
                    ids.of(Kind.MACHINE),
                    Duration.ofNanos(System.nanoTime() - since),
                    progress));
  }

  private GenericResourceInner body(
      String where,
      String script,
      Map<String, String> secrets,
      Map<String, String> tags,
      Duration longest) {
    List<Map<String, String>> parameters =
        secrets.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(secret -> Map.of("name", secret.getKey(), "value", secret.getValue()))
            .toList();
    GenericResourceInner body =
        new GenericResourceInner()
            .withProperties(
                Map.of(
                    "source",
                    Map.of("script", script),
                    "protectedParameters",
                    parameters,
                    "timeoutInSeconds",
                    longest.toSeconds(),
                    "asyncExecution",
                    true));
    body.withLocation(where);
    body.withTags(tags);
    return body;
  }

  /** Empty while Azure does not know of the command yet. */
  private Uni<Optional<JsonNode>> look(String stage) {
    return Calls.find(
            stage,
            Kind.RUN_COMMAND.action("read"),
            () ->
                azure
                    .rest()
                    .get(
                        ids.of(Kind.RUN_COMMAND)
                            + "?$expand=instanceView&api-version="
                            + Kind.RUN_COMMAND.version()))
        .map(found -> found.map(one -> one.path("properties")));
  }

  /** The script has, or Azure could not even begin it. */
  private static boolean hasEnded(JsonNode command) {
    return !UNDER_WAY.contains(state(command))
        || command.path("provisioningState").asText().equals("Failed");
  }

  private static String state(JsonNode command) {
    return view(command).path("executionState").asText("");
  }

  private static JsonNode view(JsonNode command) {
    return command.path("instanceView");
  }

  /** What runs still is ended by that. */
  private Uni<Void> stop(String stage) {
    return things
        .begin(stage, command())
        .onFailure()
        .recoverWithNull(); // it ends by its own deadline, and the next rollout removes it
  }

  private static MachineReport report(JsonNode command) {
    JsonNode view = view(command);
    int code = view.path("exitCode").asInt(-1);
    return new MachineReport(
        state(command) + " " + view.path("executionMessage").asText(""),
        code == 0 && !state(command).equals(SCRIPT_ENDED) ? -1 : code,
        view.path("output").asText(""),
        view.path("error").asText(""));
  }
}

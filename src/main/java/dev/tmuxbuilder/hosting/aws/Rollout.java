package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** Has a script run on a machine, by Systems Manager, and tells what it printed. */
final class Rollout {
  private static final String DOCUMENT = "AWS-RunShellScript";
  private static final String SAID = "site: ";
  private static final int LINES_TOLD = 12;

  /** Exit codes of rollout.sh. */
  private static final int UNHEALTHY = 20;

  private static final int NOT_SET_UP = 21;
  private static final int NOT_FETCHED = 22;
  private static final int DAMAGED = 23;

  private static final Set<CommandInvocationStatus> UNDER_WAY =
      Set.of(
          CommandInvocationStatus.PENDING,
          CommandInvocationStatus.IN_PROGRESS,
          CommandInvocationStatus.DELAYED,
          CommandInvocationStatus.CANCELLING);

  private final SsmAsyncClient ssm;
  private final Wait wait;
  private final Duration longest;

  /**
   * @param longest that the script may run
   */
  Rollout(AwsClients aws, Wait wait, Duration longest) {
    this.ssm = aws.ssm();
    this.wait = wait;
    this.longest = longest;
  }

  /** Cancelling stops the script on the machine too. */
  @CheckReturnValue
  Uni<Void> run(String stage, String instance, String script, Progress progress) {
    return wait.until(
            stage,
            "The machine " + instance + " reports to Systems Manager",
            progress,
            () -> send(stage, instance, script),
            Optional::isPresent)
        .map(Optional::orElseThrow)
        .chain(command -> follow(stage, instance, command, progress));
  }

  /** Empty while Systems Manager does not know the machine yet. */
  private Uni<Optional<String>> send(String stage, String instance, String script) {
    return Calls.raw(
            () ->
                ssm.sendCommand(
                    send ->
                        send.documentName(DOCUMENT)
                            .instanceIds(instance)
                            .comment("tmux-builder puts a release live")
                            .timeoutSeconds(Math.toIntExact(Math.max(30, longest.toSeconds())))
                            .parameters(
                                Map.of(
                                    "commands",
                                    List.of(script),
                                    "executionTimeout",
                                    List.of(Long.toString(longest.toSeconds()))))))
        .map(answer -> Optional.of(answer.command().commandId()))
        .onFailure(failure -> AwsFailures.hasCode(failure, "InvalidInstanceId"))
        .recoverWithItem(Optional.empty())
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "ssm:SendCommand", failure));
  }

  private Uni<Void> follow(String stage, String instance, String command, Progress progress) {
    long since = System.nanoTime();
    return wait.until(
            stage,
            "The machine " + instance + " puts the release live",
            progress,
            () -> look(stage, instance, command),
            found -> found.filter(now -> !UNDER_WAY.contains(now.status())).isPresent())
        .onCancellation()
        .call(() -> stop(stage, instance, command))
        .map(Optional::orElseThrow)
        .invoke(
            done -> {
              lines(done)
                  .filter(line -> line.startsWith(SAID))
                  .forEach(line -> progress.info(stage, line.substring(SAID.length())));
              if (done.status() != CommandInvocationStatus.SUCCESS) {
                throw failed(stage, done);
              }
              long millis = (System.nanoTime() - since) / 1_000_000;
              progress.info(
                  stage,
                  "The machine was done in %,d ms".formatted(millis),
                  Map.of("instance", instance, "duration_ms", millis));
            })
        .replaceWithVoid();
  }

  /** Empty while Systems Manager does not know of the command yet. */
  private Uni<Optional<GetCommandInvocationResponse>> look(
      String stage, String instance, String command) {
    return Calls.raw(
            () -> ssm.getCommandInvocation(get -> get.commandId(command).instanceId(instance)))
        .map(Optional::of)
        .onFailure(failure -> AwsFailures.hasCode(failure, "InvocationDoesNotExist"))
        .recoverWithItem(Optional.empty())
        .onFailure()
        .transform(failure -> AwsFailures.of(stage, "ssm:GetCommandInvocation", failure));
  }

  private Uni<Void> stop(String stage, String instance, String command) {
    return Calls.make(
            stage,
            "ssm:CancelCommand",
            () -> ssm.cancelCommand(cancel -> cancel.commandId(command).instanceIds(instance)))
        .onFailure()
        .recoverWithNull() // it ends by its own deadline
        .replaceWithVoid();
  }

  private static java.util.stream.Stream<String> lines(GetCommandInvocationResponse done) {
    return Objects.requireNonNullElse(done.standardOutputContent(), "").lines();
  }

  private static StepFailure failed(String stage, GetCommandInvocationResponse done) {
    List<String> all =
        java.util.stream.Stream.concat(
                lines(done), Objects.requireNonNullElse(done.standardErrorContent(), "").lines())
            .filter(line -> !line.isBlank())
            .toList();
    String last =
        all.stream().skip(Math.max(0, all.size() - LINES_TOLD)).collect(Collectors.joining("\n"));
    String hint = last.isEmpty() ? "It printed nothing." : "It printed last:\n" + last;
    int code = Objects.requireNonNullElse(done.responseCode(), -1);
    return switch (code) {
      case UNHEALTHY ->
          StepFailure.permanent(
              stage,
              "site_unhealthy",
              "The site’s server did not become healthy. The release before it stays live.",
              hint);
      case NOT_SET_UP ->
          StepFailure.retryable(
              stage, "machine_not_ready", "The site’s machine was not set up in time.", hint);
      case NOT_FETCHED ->
          StepFailure.retryable(
              stage,
              "release_unreachable",
              "The machine could not fetch the release from its bucket.",
              hint);
      case DAMAGED ->
          StepFailure.permanent(
              stage,
              "release_damaged",
              "What the machine fetched is not the release that was uploaded.",
              hint);
      default ->
          StepFailure.retryable(
              stage,
              "rollout_failed",
              "The rollout on the machine ended with %s, exit code %d. The release before it stays live."
                  .formatted(done.statusAsString(), code),
              hint);
    };
  }
}

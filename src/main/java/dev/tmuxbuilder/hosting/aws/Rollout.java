package dev.tmuxbuilder.hosting.aws;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.hosting.MachineReport;
import dev.tmuxbuilder.hosting.Wait;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.ssm.SsmAsyncClient;
import software.amazon.awssdk.services.ssm.model.CommandInvocationStatus;
import software.amazon.awssdk.services.ssm.model.GetCommandInvocationResponse;

/** Has a script run on a machine, by Systems Manager, and tells what it printed. */
final class Rollout {
  private static final String DOCUMENT = "AWS-RunShellScript";
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

  /**
   * Cancelling stops the script on the machine too.
   *
   * @return what the machine said
   */
  @CheckReturnValue
  Uni<MachineReport> run(String stage, String instance, String script, Progress progress) {
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

  private Uni<MachineReport> follow(
      String stage, String instance, String command, Progress progress) {
    long since = System.nanoTime();
    return wait.until(
            stage,
            "The machine " + instance + " puts the release live",
            progress,
            () -> look(stage, instance, command),
            found -> found.filter(now -> !UNDER_WAY.contains(now.status())).isPresent())
        .onCancellation()
        .call(() -> stop(stage, instance, command))
        .map(done -> report(done.orElseThrow()))
        .invoke(
            report ->
                report.tell(
                    stage, instance, Duration.ofNanos(System.nanoTime() - since), progress));
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

  private static MachineReport report(GetCommandInvocationResponse done) {
    int code = Objects.requireNonNullElse(done.responseCode(), -1);
    return new MachineReport(
        done.statusAsString(),
        code == 0 && done.status() != CommandInvocationStatus.SUCCESS ? -1 : code,
        Objects.requireNonNullElse(done.standardOutputContent(), ""),
        Objects.requireNonNullElse(done.standardErrorContent(), ""));
  }
}

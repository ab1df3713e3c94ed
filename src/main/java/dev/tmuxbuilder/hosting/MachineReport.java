package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How {@code rollout.sh} ended on a site's machine.
 *
 * @param ended the cloud's own word for it
 * @param code the script's exit code; negative where there is none
 * @param out what it printed, or the last of that
 */
public record MachineReport(String ended, int code, String out, String err) {
  private static final String SAID = "site: ";
  private static final String LIVED = "lived: ";
  private static final int LINES_TOLD = 12;

  /** Exit codes of rollout.sh. */
  private static final int UNHEALTHY = 20;

  private static final int NOT_SET_UP = 21;
  private static final int NOT_FETCHED = 22;
  private static final int DAMAGED = 23;

  /** Says what the script said; fails where it did not do what it should. */
  public void tell(String stage, String machine, Duration took, Progress progress) {
    out.lines()
        .filter(line -> line.startsWith(SAID))
        .forEach(line -> progress.info(stage, line.substring(SAID.length())));
    if (code != 0) {
      throw failure(stage);
    }
    progress.info(
        stage,
        "The machine was done in %,d ms".formatted(took.toMillis()),
        Map.of("instance", machine, "duration_ms", took.toMillis()));
  }

  /**
   * First digits of the releases that were live on the machine, the latest first; empty where it
   * did not say.
   */
  public List<String> lived() {
    return out.lines()
        .filter(line -> line.startsWith(LIVED))
        .flatMap(line -> Stream.of(line.substring(LIVED.length()).split(" ")))
        .filter(digits -> !digits.isEmpty())
        .toList();
  }

  private StepFailure failure(String stage) {
    List<String> all =
        Stream.concat(out.lines(), err.lines()).filter(line -> !line.isBlank()).toList();
    String last =
        all.stream().skip(Math.max(0, all.size() - LINES_TOLD)).collect(Collectors.joining("\n"));
    String hint = last.isEmpty() ? "It printed nothing." : "It printed last:\n" + last;
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
              stage, "release_unreachable", "The machine could not fetch the release.", hint);
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
                  .formatted(ended, code),
              hint);
    };
  }
}

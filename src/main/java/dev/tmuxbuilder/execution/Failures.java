package dev.tmuxbuilder.execution;

import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the pipeline itself says when a step does not work. */
final class Failures {
  private Failures() {}

  static StepFailure deadline(StepName step, Duration deadline, String lastWord) {
    return StepFailure.of(
        late(step.wire(), null, step.wire(), setting(step.wire()), deadline, lastWord));
  }

  static StepFailure stageDeadline(String stage, Duration deadline, String lastWord) {
    return StepFailure.of(late(null, stage, stage, setting(stage), deadline, lastWord));
  }

  /** The run as a whole has its deadline too. */
  static StepFailure runDeadline(StepName step, Duration deadline, String lastWord) {
    return StepFailure.of(late(step.wire(), null, "The run", setting("run"), deadline, lastWord));
  }

  private static ErrorInfo late(
      @Nullable String step,
      @Nullable String stage,
      String what,
      String setting,
      Duration deadline,
      String lastWord) {
    String underWay = lastWord.isEmpty() ? "" : " Under way was: " + lastWord;
    return new ErrorInfo(
        step,
        stage,
        "deadline_exceeded",
        what + " took longer than " + deadline.toSeconds() + " s." + underWay,
        true,
        "Redeploy to try again; an operator can raise " + setting + ".");
  }

  private static String setting(String name) {
    return "TMUXBUILDER_RUNS_DEADLINE_" + name.toUpperCase(Locale.ROOT);
  }

  /** Whoever works on the run ends before it is through: it must not do so for ever. */
  static StepFailure keepsBreaking(StepName step, int owners) {
    return StepFailure.of(
        new ErrorInfo(
            step.wire(),
            null,
            "keeps_breaking",
            "%d nodes in a row took up the run and ended before %s was done."
                .formatted(owners, step.wire()),
            true,
            "Tell the operator, whose logs say why the service ended; redeploy to try again."));
  }

  static StepFailure internal(RunWatch watch, StepName step, Throwable cause) {
    String id = UUID.randomUUID().toString();
    watch.fault(id, step, cause);
    return StepFailure.of(
            new ErrorInfo(
                step.wire(),
                null,
                "internal_error",
                "The service itself failed; the fault is " + id + ".",
                true,
                "Redeploy to try again; if it stays, tell the operator the fault's id."))
        .causedBy(cause);
  }

  static StepFailure agentInterrupted() {
    return StepFailure.retryable(
        "agent", "agent_interrupted", "The agent was interrupted.", "Redeploy to let it go on.");
  }

  static StepFailure agentMinutesSpent(long most) {
    return StepFailure.permanent(
        "agent",
        "agent_minutes_spent",
        "The agents of this tenant have worked the "
            + most
            + (most == 1 ? " minute" : " minutes")
            + " that they may work in a month. What this one had made stays in source/.",
        "Ask the operator for more, or wait for the first day of the next month (UTC).");
  }

  static StepFailure nothingChanged() {
    return StepFailure.permanent(
        "agent",
        "nothing_changed",
        "The agent says that it has finished, but no file of the site is different.",
        "Say more exactly what should change; what the agent says is in the chat.");
  }

  static StepFailure nothingGenerated() {
    return StepFailure.permanent(
        "agent",
        "nothing_generated",
        "The agent says that it has finished, but there is no file in source/.",
        "Look at the agent's log; say in the brief what the site should show.");
  }

  static StepFailure noSuchRelease(int number) {
    return StepFailure.permanent(
        "activate",
        "release_gone",
        "Release " + number + " does not exist any more.",
        "Choose one of the releases that the receipts name.");
  }
}

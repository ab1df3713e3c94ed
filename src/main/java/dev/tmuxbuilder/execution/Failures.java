package dev.tmuxbuilder.execution;

import java.time.Duration;
import java.util.UUID;

/** What the pipeline itself says when a step does not work. */
final class Failures {
  private static final System.Logger LOG = System.getLogger(Pipeline.class.getName());

  private Failures() {}

  static StepFailure deadline(StepName step, Duration deadline, String lastWord) {
    String underWay = lastWord.isEmpty() ? "" : " Under way was: " + lastWord;
    return StepFailure.of(
        new ErrorInfo(
            step.wire(),
            null,
            "deadline_exceeded",
            step.wire() + " took longer than " + deadline.toSeconds() + " s." + underWay,
            true,
            "Redeploy to try again; an operator can raise tmuxbuilder.runs.deadline."
                + step.wire().replace('_', '-')));
  }

  static StepFailure internal(StepName step, Throwable cause) {
    String id = UUID.randomUUID().toString();
    LOG.log(System.Logger.Level.ERROR, "fault " + id + " in " + step.wire(), cause);
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

  static StepFailure unanswered(String question) {
    return StepFailure.permanent(
        "agent",
        "agent_needs_input",
        "The agent asks: " + question,
        "Put the answer into the brief and create the site again.");
  }

  static StepFailure agentInterrupted() {
    return StepFailure.retryable(
        "agent", "agent_interrupted", "The agent was interrupted.", "Redeploy to let it go on.");
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

package dev.tmuxbuilder.verification;

import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Screenshot;
import io.smallrye.mutiny.Uni;
import java.util.List;

/**
 * Proves that what is live is what was made, and that it works. None of the methods blocks its
 * caller; all can be cancelled. A check that was made and failed is a result; only what kept a
 * check from being made (no browser, a time-out) is a failure of the {@code Uni}, always a {@code
 * StepFailure}.
 */
public interface Verifier {
  /** The URL answers 200 with HTML, and the bytes it serves are those of the artifact. */
  Uni<List<CheckResult>> health(Target target, Progress progress);

  /** Takes the pictures of every viewport into {@code deployment/screenshots/run-N/}. */
  Uni<List<Screenshot>> screenshot(Target target, Progress progress);

  /**
   * Writes the checks for this site as readable data into {@code deployment/tests/}, then runs them
   * in a real browser. Failed checks have a picture.
   */
  Uni<List<CheckResult>> endToEnd(Target target, Progress progress);
}

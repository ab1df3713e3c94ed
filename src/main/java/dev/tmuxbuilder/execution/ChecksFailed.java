package dev.tmuxbuilder.execution;

import java.util.List;

/** What is live is not what it should be. */
public final class ChecksFailed extends StepFailure {
  private static final long serialVersionUID = 1L;

  private final transient List<CheckResult> checks;

  /**
   * @param checks all that were made, at least one of them failed
   */
  public ChecksFailed(StepName step, List<CheckResult> checks) {
    super(info(step, checks), null);
    this.checks = List.copyOf(checks);
  }

  public List<CheckResult> checks() {
    return checks;
  }

  private static ErrorInfo info(StepName step, List<CheckResult> checks) {
    List<CheckResult> failed = checks.stream().filter(check -> !check.passed()).toList();
    CheckResult first = failed.getFirst();
    String message =
        "%d of %d checks failed; first: %s on %s: expected %s, saw %s"
            .formatted(
                failed.size(),
                checks.size(),
                first.name(),
                first.page(),
                first.expected(),
                first.seen());
    return new ErrorInfo(
        step.wire(),
        null,
        "checks_failed",
        message,
        false,
        "Mend what the checks name in the site's source, then redeploy.");
  }
}

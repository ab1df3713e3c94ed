package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.execution.StepResult.Checked;
import dev.tmuxbuilder.execution.StepResult.Deployed;
import dev.tmuxbuilder.execution.StepResult.Photographed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes down what a release is and how it was proved. */
final class Receipts {
  private Receipts() {}

  /**
   * @param failedChecks of the step in which the run ended, none where it went well
   */
  static Receipt of(
      Run run,
      List<CheckResult> failedChecks,
      Receipt.CostEstimate cost,
      Optional<Receipt.ModelUsage> models) {
    Deployed deployed = run.deployed();
    Release release = deployed.release();
    List<CheckResult> checks = new ArrayList<>();
    run.result(StepName.HEALTH_CHECK, Checked.class).ifPresent(c -> checks.addAll(c.checks()));
    run.result(StepName.E2E_TESTS, Checked.class).ifPresent(c -> checks.addAll(c.checks()));
    checks.addAll(failedChecks);
    return new Receipt(
            run.execution().id().toString(),
            release.number(),
            run.number(),
            run.job().requestedBy(),
            run.job().approvedBy().orElse(null),
            release.sourceCommit(),
            release.artifactSha256(),
            release.files().size(),
            release.files().stream().mapToLong(Artifact.File::bytes).sum(),
            deployed.url().toString(),
            deployed.resources(),
            checks.stream().map(Receipts::check).toList(),
            run.result(StepName.SCREENSHOT, Photographed.class)
                .map(Photographed::screenshots)
                .orElse(List.of()),
            durations(run),
            cost,
            models.orElse(null),
            run.job().live().map(Release::number).orElse(null),
            run.journal().now(),
            "")
        .sealed();
  }

  private static Receipt.Check check(CheckResult result) {
    return new Receipt.Check(
        result.name() + " " + result.page(), result.status().wire(), Json.digest(result));
  }

  private static Map<String, Long> durations(Run run) {
    Map<String, Long> durations = new LinkedHashMap<>();
    run.durations().forEach((step, millis) -> durations.put(step.wire(), millis));
    durations.put("total", durations.values().stream().mapToLong(Long::longValue).sum());
    return durations;
  }
}

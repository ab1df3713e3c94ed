package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.execution.StepResult.Checked;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the user who said something is told in the end: what changed, and how it was proved. */
final class Answers {
  private Answers() {}

  /** After a run that proved itself. */
  static Line.Answered proved(Run run) {
    Release now = run.deployed().release();
    Optional<Release> before = run.job().live();
    Map<String, Object> proof = new LinkedHashMap<>();
    proof.put("status", ExecutionStatus.COMPLETED.wire());
    proof.put("release", now.number());
    proof.put("url", run.deployed().url().toString());
    proof.put("changes", changes(before.map(Release::files).orElse(List.of()), now.files()));
    proof.put(
        "checks_passed",
        run.result(StepName.HEALTH_CHECK, Checked.class).map(Answers::passed).orElse(0)
            + run.result(StepName.E2E_TESTS, Checked.class).map(Answers::passed).orElse(0));
    before.ifPresent(release -> proof.put("before", screenshot(run, release.run())));
    proof.put("after", screenshot(run, run.number()));
    return new Line.Answered(run.journal().now(), run.summary(), proof);
  }

  /** After one that did not. */
  static Line.Answered failed(Run run, ErrorInfo error) {
    Map<String, Object> proof = new LinkedHashMap<>();
    proof.put("status", ExecutionStatus.FAILED.wire());
    proof.put("error", error);
    run.job().live().ifPresent(release -> proof.put("release", release.number()));
    return new Line.Answered(
        run.journal().now(), run.summary().isEmpty() ? error.message() : run.summary(), proof);
  }

  /** After one whose work may not be published yet. */
  static Line.Answered waits(Run run) {
    return new Line.Answered(
        run.journal().now(),
        run.summary().isEmpty() ? "It is made, and waits for approval." : run.summary(),
        Map.of("status", ExecutionStatus.WAITING_INPUT.wire()));
  }

  private static int passed(Checked checked) {
    return (int) checked.checks().stream().filter(CheckResult::passed).count();
  }

  private static String screenshot(Run run, int number) {
    return "/api/executions/" + run.execution().id() + "/screenshot?run=" + number;
  }

  private static List<Map<String, String>> changes(
      List<Artifact.File> before, List<Artifact.File> now) {
    Map<String, String> was = new TreeMap<>();
    before.forEach(file -> was.put(file.path(), file.sha256()));
    List<Map<String, String>> changes = new ArrayList<>();
    for (Artifact.File file : now) {
      String hash = was.remove(file.path());
      if (!file.sha256().equals(hash)) {
        changes.add(change(file.path(), hash == null ? "added" : "changed"));
      }
    }
    was.keySet().forEach(path -> changes.add(change(path, "removed")));
    return changes;
  }

  private static Map<String, String> change(String path, String what) {
    return Map.of("path", path, "change", what);
  }
}

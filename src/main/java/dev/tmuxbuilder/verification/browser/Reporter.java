package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.verification.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Collects the results of one run of the tests, tells them at once, and keeps their pictures. */
final class Reporter {
  /** A site on which everything is broken need not be photographed for ever. */
  private static final int MOST_PICTURES = 60;

  private final Progress progress;
  private final Evidence evidence;
  private final String directory;
  private final List<CheckResult> results = new ArrayList<>();
  private int pictures;

  Reporter(Target target, Progress progress) {
    this.progress = progress;
    this.evidence = new Evidence(target.deployment());
    this.directory = "tests/run-" + target.run();
  }

  /** Makes a picture where there is one to be had. */
  @FunctionalInterface
  interface Camera {
    Camera NONE = Optional::empty;

    Optional<byte[]> shoot();
  }

  /** Passed where nothing is wrong. */
  void judge(Check check, List<String> wrong, String fine, Camera camera) {
    if (wrong.isEmpty()) {
      pass(check, fine);
    } else {
      fail(check, Words.some(wrong, 5), camera);
    }
  }

  void pass(Check check, String seen) {
    add(check.passed(seen));
  }

  void fail(Check check, String seen, Camera camera) {
    add(check.failed(seen, picture(check, camera).orElse(null)));
  }

  List<CheckResult> results() {
    return List.copyOf(results);
  }

  private void add(CheckResult result) {
    results.add(result);
    progress.check(result);
  }

  private Optional<String> picture(Check check, Camera camera) {
    if (pictures >= MOST_PICTURES) {
      return Optional.empty();
    }
    return camera
        .shoot()
        .map(
            png -> {
              String name = check.name().wire().replaceAll("[^a-z0-9]+", "-");
              String path = "%s/%02d-%s.png".formatted(directory, ++pictures, name);
              evidence.write(path, png);
              return path;
            });
  }
}

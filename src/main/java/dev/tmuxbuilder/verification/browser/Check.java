package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.verification.CheckName;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A check under way, with its clock running. */
record Check(CheckName name, String page, String expected, long startedNanos) {
  static Check start(CheckName name, String page) {
    return start(name, page, name.expectation());
  }

  static Check start(CheckName name, String page, String expected) {
    return new Check(name, page, expected, System.nanoTime());
  }

  CheckResult passed(String seen) {
    return result(CheckResult.Status.PASSED, seen, null);
  }

  CheckResult failed(String seen, @Nullable String picture) {
    return result(CheckResult.Status.FAILED, seen, picture);
  }

  private CheckResult result(CheckResult.Status status, String seen, @Nullable String picture) {
    long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
    return new CheckResult(name.wire(), page, status, expected, seen, picture, tookMs);
  }

  static CheckResult withPicture(CheckResult check, @Nullable String picture) {
    return new CheckResult(
        check.name(),
        check.page(),
        check.status(),
        check.expected(),
        check.seen(),
        picture,
        check.durationMs());
  }
}

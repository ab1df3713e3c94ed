package dev.tmuxbuilder.verification;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.tmuxbuilder.execution.CheckResult;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came out of a {@link TestPlan}. */
@RegisterForReflection
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record TestReport(
    String executionId,
    int run,
    String artifactSha256,
    long passed,
    long failed,
    long durationMs,
    List<Row> checks) {
  public TestReport {
    checks = List.copyOf(checks);
  }

  /** One check; {@code screenshot} is relative to {@code deployment/}. */
  @RegisterForReflection
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Row(
      String name,
      String page,
      String status,
      String expected,
      String seen,
      @Nullable String screenshot,
      long durationMs) {
    static Row of(CheckResult check) {
      return new Row(
          check.name(),
          check.page(),
          check.status().wire(),
          check.expected(),
          check.seen(),
          check.screenshot(),
          check.durationMs());
    }
  }

  public static TestReport of(Target target, List<CheckResult> checks, long durationMs) {
    long passed = checks.stream().filter(CheckResult::passed).count();
    return new TestReport(
        target.execution().toString(),
        target.run(),
        target.artifact().sha256(),
        passed,
        checks.size() - passed,
        durationMs,
        checks.stream().map(Row::of).toList());
  }
}

package dev.tmuxbuilder.execution;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Findings that go back to the agent, a bounded number of times and only while they become fewer.
 *
 * @param round from 1
 * @param findings the checks that failed
 */
public record Mending(int round, List<CheckResult> findings) {
  public static final int ROUNDS = 3;

  public Mending {
    findings = List.copyOf(findings);
  }

  /**
   * The round after this one, where there is to be one.
   *
   * @param before the round before, if any
   */
  static Optional<Mending> after(Optional<Mending> before, List<CheckResult> checks) {
    List<CheckResult> failed = checks.stream().filter(check -> !check.passed()).toList();
    int round = before.map(Mending::round).orElse(0) + 1;
    boolean shrinks =
        before.map(last -> names(failed).size() < names(last.findings()).size()).orElse(true);
    return round <= ROUNDS && shrinks && !failed.isEmpty()
        ? Optional.of(new Mending(round, failed))
        : Optional.empty();
  }

  private static Set<String> names(List<CheckResult> findings) {
    return findings.stream()
        .map(finding -> finding.name() + " " + finding.page())
        .collect(Collectors.toCollection(HashSet::new));
  }
}

package dev.tmuxbuilder.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Findings go back to the agent a bounded number of times, and only while they become fewer. */
class MendingTest {
  private static List<CheckResult> failed(String... names) {
    return Arrays.stream(names)
        .map(name -> new CheckResult(name, "/", CheckResult.Status.FAILED, "this", "that", null, 1))
        .toList();
  }

  @Test
  void fewerFindingsAreWorthAnotherRound() {
    Optional<Mending> first = Mending.after(Optional.empty(), failed("a", "b", "c"));
    Optional<Mending> second = Mending.after(first, failed("b", "c"));

    assertThat(first).map(Mending::round).hasValue(1);
    assertThat(second).map(Mending::round).hasValue(2);
  }

  @Test
  void asManyFindingsAreNotEvenWhenTheyAreOthers() {
    Optional<Mending> first = Mending.after(Optional.empty(), failed("a", "b"));

    assertThat(Mending.after(first, failed("a", "b"))).isEmpty();
    assertThat(Mending.after(first, failed("c", "d"))).isEmpty();
  }

  @Test
  void threeRoundsAreTheMost() {
    Optional<Mending> last = Optional.of(new Mending(Mending.ROUNDS, failed("a", "b")));

    assertThat(Mending.after(last, failed("a"))).isEmpty();
  }
}

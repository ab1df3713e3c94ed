package dev.tmuxbuilder.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.tenancy.Identity;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  private final RandomGenerator random = new SplittableRandom(7);

  @Test
  void anExecutionIdIsReadBackAsItWasWritten() {
    ExecutionId id =
        new ExecutionId(new UserId(UUID.randomUUID()), SessionId.next(Instant.EPOCH, random));
    assertThat(id.session().value()).startsWith("sess_19700101_000000_");
    assertThat(ExecutionId.parse(id.toString())).contains(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000000_sess_20260101_000000_ABCD",
        "00000000-0000-0000-0000-00000000000G_sess_20260101_000000_abcd",
        "00000000-0000-0000-0000-000000000000_sess_20260101_000000_abcd/..",
        "1-1-1-1-1_sess_20260101_000000_abcd"
      })
  void anIdHasOneSpellingOnly(String text) {
    assertThat(ExecutionId.parse(text)).isEmpty();
  }

  @Test
  void aHundredThousandSitesHaveNamesOfTheirOwnAndAllAreDnsLabels() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      ExecutionId id =
          new ExecutionId(
              new UserId(new UUID(random.nextLong(), random.nextLong())),
              SessionId.next(Instant.EPOCH, random));
      String name = SiteName.of(i % 2 == 0 ? "a-very-long-name-of-a-small-bakery" : "", id);
      assertThat(name).matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?").doesNotContain("--");
      names.add(name);
    }
    assertThat(names).hasSize(100_000);
  }

  @Test
  void emailsAreComparedWithoutCase() {
    assertThat(new Identity("Ana@Example.com", "+12025550123").userId())
        .isEqualTo(new Identity("ana@example.com", "+12025550123").userId())
        .isNotEqualTo(new Identity("ana@example.com", "+12025550124").userId());
  }
}

package dev.tmuxbuilder.hosting.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.UserId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class AwsNamesTest {
  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]");
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_+=,.@-]{1,64}");

  private static final Pattern GROUP = Pattern.compile("(?!sg-)[A-Za-z0-9._-]{1,255}");

  @Test
  void aMillionSessionsHaveAMillionLegalNames() {
    Random random = new Random(7);
    Set<String> buckets = HashSet.newHashSet(1_000_000);
    Set<String> controls = HashSet.newHashSet(1_000_000);
    Set<String> groups = HashSet.newHashSet(1_000_000);
    Set<String> roles = HashSet.newHashSet(1_000_000);
    UUID user = new UUID(random.nextLong(), random.nextLong());
    for (int i = 0; i < 1_000_000; i++) {
      if (i % 1000 == 0) { // many sessions of one user differ in their last characters only
        user = new UUID(random.nextLong(), random.nextLong());
      }
      AwsNames names =
          new AwsNames(
              new ExecutionId(
                  new UserId(user),
                  SessionId.next(Instant.ofEpochSecond(1_800_000_000L + i), random)));
      assertThat(BUCKET.matcher(names.bucket()).matches()).as(names.bucket()).isTrue();
      assertThat(WORD.matcher(names.accessControl()).matches()).isTrue();
      assertThat(WORD.matcher(names.role()).matches()).isTrue();
      assertThat(GROUP.matcher(names.securityGroup()).matches()).isTrue();
      assertThat(groups.add(names.securityGroup())).as("new").isTrue();
      assertThat(buckets.add(names.bucket())).as("new").isTrue();
      assertThat(controls.add(names.accessControl())).as("new").isTrue();
      assertThat(roles.add(names.role())).as("new").isTrue();
    }
  }

  @Test
  void aNameIsTheSameEveryTimeAndTellsWhoseItIs() {
    ExecutionId id =
        ExecutionId.of("0b5a7a3c-58c9-5f3f-9d38-3bb0a6f4a111_sess_20260301_101500_ab12");
    AwsNames names = new AwsNames(id);
    assertThat(names.full())
        .isEqualTo("tmux-0b5a7a3c-58c9-5f3f-9d38-3bb0a6f4a111-sess_20260301_101500_ab12");
    assertThat(names.bucket())
        .startsWith("tmux-0b5a7a3c-58c9-5f3f-9d38-3bb0a6f4a111-sess-202-")
        .hasSizeLessThanOrEqualTo(63)
        .isEqualTo(new AwsNames(id).bucket());
  }
}

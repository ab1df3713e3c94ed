package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

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

class AzureNamesTest {
  private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]");
  private static final Pattern ACCOUNT = Pattern.compile("[a-z0-9]{3,24}");
  private static final Pattern LABEL = Pattern.compile("[a-z][a-z0-9-]{1,61}[a-z0-9]");
  private static final Pattern EDGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,44}[A-Za-z0-9]");

  @Test
  void aMillionSessionsHaveAMillionLegalNames() {
    Random random = new Random(7);
    Set<String> groups = HashSet.newHashSet(1_000_000);
    Set<String> accounts = HashSet.newHashSet(1_000_000);
    UUID user = new UUID(random.nextLong(), random.nextLong());
    for (int i = 0; i < 1_000_000; i++) {
      if (i % 1000 == 0) { // many sessions of one user differ in their last characters only
        user = new UUID(random.nextLong(), random.nextLong());
      }
      AzureNames names =
          new AzureNames(
              new ExecutionId(
                  new UserId(user),
                  SessionId.next(Instant.ofEpochSecond(1_800_000_000L + i), random)));
      String account = names.account();
      boolean legal =
          GROUP.matcher(names.group()).matches()
              && ACCOUNT.matcher(account).matches()
              && EDGE.matcher(names.profile()).matches()
              && EDGE.matcher(names.endpoint()).matches()
              && LABEL.matcher(names.machine()).matches();
      boolean told = // so that they are new where the account's name is
          names.profile().endsWith(account)
              && names.endpoint().endsWith(account)
              && names.machine().endsWith(account);
      if (!legal || !told || !groups.add(names.group()) || !accounts.add(account)) {
        fail("%s, %s, %s".formatted(names.group(), account, names.machine()));
      }
    }
  }

  @Test
  void aNameIsTheSameEveryTimeAndAGroupTellsWhoseItIs() {
    ExecutionId id =
        ExecutionId.of("0b5a7a3c-58c9-5f3f-9d38-3bb0a6f4a111_sess_20260301_101500_ab12");
    AzureNames names = new AzureNames(id);
    assertThat(names.group())
        .isEqualTo("tmux-0b5a7a3c-58c9-5f3f-9d38-3bb0a6f4a111-sess_20260301_101500_ab12");
    assertThat(names.account()).hasSize(24).isEqualTo(new AzureNames(id).account());
  }
}

package dev.tmuxbuilder.hosting.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.Json;
import org.junit.jupiter.api.Test;

class ChangeTest {
  @Test
  void aNoteOfTheTimeWhenOnlyUnfinishedChangesHadOneIsOfAnUnfinishedChange() {
    Change old = Json.read("{\"to\":\"0123\"}", Change.class);

    assertThat(old.finished()).isFalse();
    assertThat(old.releases()).containsExactly("0123");
  }

  @Test
  void aFinishedChangeIsReadAsOne() {
    Change done = Json.read(Json.write(new Change("0123", "4567", true)), Change.class);

    assertThat(done.finished()).isTrue();
    assertThat(done.previous()).isEqualTo("4567");
  }
}

package dev.tmuxbuilder.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FollowerTest {
  private static final EventStream.Patience SHORT =
      new EventStream.Patience(
          Duration.ofMillis(400),
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          Duration.ofSeconds(1));

  private @TempDir Path home;

  private RunState follow(String address) throws InterruptedException {
    Api api = new Api(address, Optional.empty());
    return new Follower(new Desk(home).surroundings(), SHORT)
        .follow(api, FakeService.EXECUTION, 1, false);
  }

  @Test
  void aConnectionThatFallsSilentIsGivenUpAndMadeAnew() throws Exception {
    try (FakeService service = new FakeService(FakeService.Script.HAPPY.silentAfter(5))) {
      RunState run = follow(service.address());

      assertThat(run.completed()).isTrue();
      assertThat(run.passed()).isEqualTo(1);
      assertThat(service.asked("GET", "/stream"))
          .extracting(FakeService.Asked::lastEventId)
          .containsExactly("0", "5");
    }
  }

  @Test
  void aServiceThatStaysAwayIsSaidSoInTheEnd() throws IOException {
    String address;
    try (FakeService gone = new FakeService(FakeService.Script.HAPPY)) {
      address = gone.address();
    }

    assertThatThrownBy(() -> follow(address))
        .isInstanceOf(CliFailure.class)
        .hasMessageContaining("did not come back");
  }

  @Test
  void eventsAreReadAsTheStandardSays() {
    SseParser parser = new SseParser(3);

    assertThat(parser.line(": a comment")).isEmpty();
    assertThat(parser.line("id:4")).isEmpty();
    assertThat(parser.line("event: log")).isEmpty();
    assertThat(parser.line("data: {\"message\":")).isEmpty();
    assertThat(parser.line("data: \"two lines\"}")).isEmpty();
    assertThat(parser.line(""))
        .hasValueSatisfying(
            event -> {
              assertThat(event.id()).isEqualTo(4);
              assertThat(event.name()).isEqualTo("log");
              assertThat(event.text("message")).contains("two lines");
            });
    assertThat(parser.line("")).isEmpty();
  }
}

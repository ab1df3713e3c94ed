package dev.tmuxbuilder.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressViewTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:05Z");
  private static final Style PLAIN = new Style(false, true);

  private static Event event(String name, String at, String fields) {
    return new Event(
        1, name, Json.parse("{\"at\":\"2026-01-01T12:00:" + at + "Z\",\"run\":1," + fields + "}"));
  }

  private static RunState underWay() {
    return RunState.before(FakeService.EXECUTION, 1)
        .after(event("status", "00", "\"status\":\"running\""))
        .after(event("step", "00", "\"name\":\"create_user\",\"status\":\"running\",\"attempt\":1"))
        .after(
            event("step", "01", "\"name\":\"create_user\",\"status\":\"completed\",\"attempt\":1"))
        .after(
            event("step", "01", "\"name\":\"create_session\",\"status\":\"running\",\"attempt\":2"))
        .after(
            event(
                "log",
                "02",
                "\"step\":\"create_session\",\"stage\":\"folders\",\"message\":\"%s\""
                    .formatted("パン屋のウェブサイトを作っています ".repeat(6) + "\\u001b[2J")));
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 120, 200})
  void noLineIsWiderThanTheTerminal(int width) {
    List<String> lines = new ProgressView(PLAIN).lines(underWay(), width, NOW, Optional.empty());

    assertThat(lines).hasSize(9).allMatch(line -> Text.width(line) < width);
    assertThat(lines.getFirst()).contains(FakeService.SESSION).contains("running").endsWith("5 s");
    assertThat(lines.get(1)).startsWith("✓ create user").endsWith("1.0 s").contains("completed");
    assertThat(lines.get(2)).contains("running, try 2").endsWith("4.0 s");
    assertThat(lines.get(3)).startsWith("· generate site");
    assertThat(lines.get(8))
        .contains("create_session/folders")
        .doesNotContain("\u001b")
        .endsWith("…");
  }

  @Test
  void theBarsOfAllStepsHaveOneLength() {
    List<String> lines = new ProgressView(PLAIN).lines(underWay(), 80, NOW, Optional.empty());

    assertThat(
            lines.subList(1, 8).stream()
                .map(line -> line.chars().filter(c -> c == '━' || c == '─').count()))
        .containsOnly(36L);
  }

  @Test
  void aTerminalWithoutUnicodeGetsPlainMarks() {
    List<String> lines =
        new ProgressView(new Style(false, false)).lines(underWay(), 60, NOW, Optional.empty());

    assertThat(lines.subList(0, 8)).allMatch(line -> line.chars().allMatch(c -> c < 128));
  }

  @Test
  void aNewRunBeginsAfresh() {
    RunState next =
        underWay().after(new Event(9, "status", Json.parse("{\"run\":2,\"status\":\"running\"}")));

    assertThat(next.run()).isEqualTo(2);
    assertThat(next.steps()).allMatch(step -> step.status().equals("pending"));
  }

  @Test
  void onlyTheLinesThatChangedAreDrawnAgain() {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    Screen screen = new Screen(Output.to(drawn));
    screen.show(List.of("one", "two", "three"), 80);
    drawn.reset();

    screen.show(List.of("one", "TWO", "three"), 80);

    assertThat(drawn.toString(StandardCharsets.UTF_8)).isEqualTo("\r\u001b[2ATWO\u001b[K\n\n");
  }

  @Test
  void nothingIsDrawnWhereNothingChanged() {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    Screen screen = new Screen(Output.to(drawn));
    screen.show(List.of("one"), 80);
    drawn.reset();

    screen.show(List.of("one"), 80);

    assertThat(drawn.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void linesThatANarrowerTerminalWrappedAreClearedWhole() {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    Screen screen = new Screen(Output.to(drawn));
    screen.show(List.of("x".repeat(79), "y"), 80);
    drawn.reset();

    screen.show(List.of("x".repeat(59), "y"), 60);

    assertThat(drawn.toString(StandardCharsets.UTF_8)).startsWith("\r\u001b[3A\u001b[J");
  }
}

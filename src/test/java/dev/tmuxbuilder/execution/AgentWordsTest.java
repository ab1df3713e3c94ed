package dev.tmuxbuilder.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.agent.AgentEvent;
import org.junit.jupiter.api.Test;

/** What an agent says is shown, and can neither forge lines nor fill the journal. */
class AgentWordsTest {
  @Test
  void aMessageIsOneLineWithoutControlCharacters() {
    AgentEvent told = new AgentEvent.Text("First\n2026-01-01 run is completed\u001b[2J\r\0end");

    assertThat(AgentWords.message(told)).isEqualTo("First 2026-01-01 run is completed [2J end");
    assertThat(AgentWords.data(told)).containsEntry("type", "text");
    assertThat(String.valueOf(AgentWords.data(told).get("text")))
        .contains("\n")
        .doesNotContain("\0");
  }

  @Test
  void endlessWordsAreCutAndNoCharacterIsTornApart() {
    AgentEvent told = new AgentEvent.Text("a" + "😀".repeat(50_000));

    assertThat(AgentWords.message(told)).hasSizeLessThan(400).endsWith("😀…");
    assertThat(String.valueOf(AgentWords.data(told).get("text")))
        .hasSizeLessThan(17 * 1024)
        .endsWith("😀…");
  }

  @Test
  void everyEventNamesItsTypeForPrograms() {
    assertThat(AgentWords.data(new AgentEvent.ToolUse("t1", "Write", "source/index.html")))
        .containsEntry("type", "tool_use")
        .containsEntry("tool", "Write");
    assertThat(AgentWords.data(new AgentEvent.FileChange("source/a", AgentEvent.Change.REMOVED)))
        .containsEntry("change", "removed");
    assertThat(AgentWords.data(new AgentEvent.Usage("m", 1, 2, 3)))
        .containsEntry("output_tokens", 3L);
  }
}

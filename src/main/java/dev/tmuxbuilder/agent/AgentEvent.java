package dev.tmuxbuilder.agent;

import dev.tmuxbuilder.execution.Level;
import java.util.Map;

/**
 * Something that an agent did or said while it worked. It is what the agent says, and proof of
 * nothing.
 */
public sealed interface AgentEvent {
  /** Words to its user. */
  record Text(String text) implements AgentEvent {}

  /** What it thought, as far as its model tells. */
  record Thinking(String summary) implements AgentEvent {}

  /**
   * It used a tool.
   *
   * @param id the same as in {@link ToolResult}
   * @param tool the tool's name
   * @param summary what with, in a line
   */
  record ToolUse(String id, String tool, String summary) implements AgentEvent {}

  /**
   * What came of a tool.
   *
   * @param summary in a line
   */
  record ToolResult(String id, boolean ok, String summary) implements AgentEvent {}

  /**
   * It wrote or removed a file.
   *
   * @param path relative to the session's folder, with forward slashes
   */
  record FileChange(String path, Change change) implements AgentEvent {}

  /** What became of a file. */
  enum Change {
    WRITTEN,
    REMOVED
  }

  /** It asks its user. */
  record Question(String question) implements AgentEvent {}

  /**
   * What a turn has taken, by the agent's own count.
   *
   * @param model its name, empty where it is not known
   * @param inputTokens those that were read anew
   * @param cachedTokens those that the model's provider had kept
   */
  record Usage(String model, long inputTokens, long cachedTokens, long outputTokens)
      implements AgentEvent {}

  /** A word of the adapter's own about the work: it starts, waits, goes on. */
  record Note(Level level, String stage, String message, Map<String, Object> data)
      implements AgentEvent {
    public Note {
      data = Map.copyOf(data);
    }

    public static Note info(String stage, String message) {
      return new Note(Level.INFO, stage, message, Map.of());
    }

    public static Note warn(String stage, String message) {
      return new Note(Level.WARN, stage, message, Map.of());
    }
  }
}

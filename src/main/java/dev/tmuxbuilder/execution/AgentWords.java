package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.AgentEvent;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An agent's events as the journal keeps them: a line for people, members for programs. What an
 * agent says has no bound of its own, so it gets one here.
 */
final class AgentWords {
  static final String STAGE = "agent";
  private static final int LONGEST_LINE = 300;
  private static final int LONGEST_TEXT = 16 * 1024;

  private AgentWords() {}

  static String message(AgentEvent event) {
    return switch (event) {
      case AgentEvent.Text(String text) -> line(text);
      case AgentEvent.Thinking(String summary) -> "Thinks: " + line(summary);
      case AgentEvent.ToolUse use -> line(use.tool() + ": " + use.summary());
      case AgentEvent.ToolResult result ->
          (result.ok() ? "It worked: " : "It did not work: ") + line(result.summary());
      case AgentEvent.FileChange(String path, AgentEvent.Change change) ->
          (change == AgentEvent.Change.WRITTEN ? "Wrote " : "Removed ") + line(path);
      case AgentEvent.Question(String question) -> "Asks: " + line(question);
      case AgentEvent.Usage usage ->
          "Used %,d tokens in, %,d from the cache, %,d out"
              .formatted(usage.inputTokens(), usage.cachedTokens(), usage.outputTokens());
      case AgentEvent.Note note -> line(note.message());
    };
  }

  static Map<String, Object> data(AgentEvent event) {
    Map<String, Object> data = new LinkedHashMap<>();
    switch (event) {
      case AgentEvent.Text(String text) -> {
        data.put("type", "text");
        data.put("text", bounded(text));
      }
      case AgentEvent.Thinking(String summary) -> {
        data.put("type", "thinking");
        data.put("text", bounded(summary));
      }
      case AgentEvent.ToolUse use -> {
        data.put("type", "tool_use");
        data.put("id", use.id());
        data.put("tool", use.tool());
        data.put("summary", bounded(use.summary()));
      }
      case AgentEvent.ToolResult result -> {
        data.put("type", "tool_result");
        data.put("id", result.id());
        data.put("ok", result.ok());
        data.put("summary", bounded(result.summary()));
      }
      case AgentEvent.FileChange(String path, AgentEvent.Change change) -> {
        data.put("type", "file_change");
        data.put("path", path);
        data.put("change", change.name().toLowerCase(Locale.ROOT));
      }
      case AgentEvent.Question(String question) -> {
        data.put("type", "question");
        data.put("text", bounded(question));
      }
      case AgentEvent.Usage usage -> {
        data.put("type", "usage");
        data.put("model", usage.model());
        data.put("input_tokens", usage.inputTokens());
        data.put("cached_tokens", usage.cachedTokens());
        data.put("output_tokens", usage.outputTokens());
      }
      case AgentEvent.Note note -> data.putAll(note.data());
    }
    return data;
  }

  /** One line without control characters. */
  private static String line(String text) {
    String flat = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    return flat.length() <= LONGEST_LINE ? flat : cut(flat, LONGEST_LINE) + "…";
  }

  /** PostgreSQL keeps no NUL. */
  private static String bounded(String text) {
    String kept = text.replace('\0', ' ');
    return kept.length() <= LONGEST_TEXT ? kept : cut(kept, LONGEST_TEXT) + "…";
  }

  private static String cut(String text, int length) {
    return Character.isHighSurrogate(text.charAt(length - 1))
        ? text.substring(0, length - 1)
        : text.substring(0, length);
  }
}

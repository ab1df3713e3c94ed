package dev.tmuxbuilder.agent.claude;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what the program says as it grows, from the beginning; tells the journal what it has not
 * been told before. Not for use by several threads; methods block for a read.
 */
final class Transcript {
  private static final int CHUNK = 1 << 20;
  private static final int LONGEST_LINE = 32 << 20;
  private static final int LONGEST_SUMMARY = 200;
  private static final Set<String> WRITERS = Set.of("Write", "Edit", "NotebookEdit");
  private static final String ASKS = "ask_user";
  private static final List<String> TELLING =
      List.of("file_path", "command", "pattern", "query", "url", "description", "skill", "name");

  private final Turn turn;
  private final Path workspace;
  private final AgentEvents events;
  private final long told;
  private final Map<String, JsonNode> tools = new HashMap<>();
  private byte[] rest = new byte[0];
  private long read;
  private boolean begun;
  private boolean received;
  private Optional<String> question = Optional.empty();
  private Optional<Said.Ended> ended = Optional.empty();
  private Optional<Said.Retried> retried = Optional.empty();

  Transcript(Turn turn, Path workspace, AgentEvents events) throws IOException {
    this.turn = turn;
    this.workspace = workspace;
    this.events = events;
    this.told = turn.told();
  }

  boolean begun() {
    return begun;
  }

  /** Whether the turn's message is in the conversation. */
  boolean received() {
    return received;
  }

  Optional<Said.Ended> ended() {
    return ended;
  }

  /** The model's newest refusal, while nothing else came after it. */
  Optional<Said.Retried> retried() {
    return retried;
  }

  /** What it has asked its user last, through the tool for that. */
  Optional<String> question() {
    return question;
  }

  /** The program was started again: it has to show anew that it is there. */
  void startsAgain() {
    begun = false;
    retried = Optional.empty();
  }

  /** Reads what is new; whether there was something. */
  boolean readOn() throws IOException {
    if (!Files.exists(turn.transcript())) {
      return false;
    }
    byte[] fresh;
    try (RandomAccessFile file = new RandomAccessFile(turn.transcript().toFile(), "r")) {
      long position = read + rest.length;
      int size = (int) Math.min(CHUNK, file.length() - position);
      if (size <= 0) {
        return false;
      }
      fresh = new byte[size];
      file.seek(position);
      file.readFully(fresh);
    }
    take(fresh);
    return true;
  }

  private void take(byte[] fresh) throws IOException {
    byte[] all = new byte[rest.length + fresh.length];
    System.arraycopy(rest, 0, all, 0, rest.length);
    System.arraycopy(fresh, 0, all, rest.length, fresh.length);
    int start = 0;
    for (int i = rest.length; i < all.length; i++) {
      if (all[i] == '\n') {
        read += i + 1 - start;
        hear(new String(all, start, i - start, StandardCharsets.UTF_8), read > told);
        start = i + 1;
      }
    }
    rest = java.util.Arrays.copyOfRange(all, start, all.length);
    if (rest.length > LONGEST_LINE) {
      throw new IOException("the agent says a line of more than " + LONGEST_LINE + " bytes");
    }
    if (start > 0 && read > told) {
      turn.told(read);
    }
  }

  private void hear(String line, boolean isNew) {
    AgentEvents listener = isNew ? events : ignored -> {};
    Said said = Said.read(line);
    if (!(said instanceof Said.Retried || said instanceof Said.Other)) {
      retried = Optional.empty();
    }
    switch (said) {
      case Said.Begun ignored -> begun = true;
      case Said.Received ignored -> received = true;
      case Said.Spoken(JsonNode content) -> content.forEach(block -> spoken(block, listener));
      case Said.Answered(JsonNode content) -> content.forEach(block -> answered(block, listener));
      case Said.Retried retry -> {
        retried = Optional.of(retry);
        listener.tell(
            AgentEvent.Note.warn(
                "model",
                "The model does not answer ("
                    + (retry.status().isPresent() ? retry.status().getAsInt() : retry.error())
                    + "); it is tried again"));
      }
      case Said.Ended end -> {
        ended = Optional.of(end);
        usage(end.modelUsage(), listener);
      }
      case Said.Other ignored -> {}
    }
  }

  private void spoken(JsonNode block, AgentEvents listener) {
    switch (block.path("type").asText()) {
      case "text" -> listener.tell(new AgentEvent.Text(block.path("text").asText()));
      case "thinking" -> listener.tell(new AgentEvent.Thinking(block.path("thinking").asText()));
      case "tool_use" -> {
        String tool = block.path("name").asText();
        JsonNode input = block.path("input");
        tools.put(block.path("id").asText(), block);
        if (tool.startsWith("mcp__") && tool.endsWith("__" + ASKS)) {
          question = Optional.of(input.path("question").asText());
        } else if (WRITERS.contains(tool)) {
          question = Optional.empty(); // it went on by itself
        }
        listener.tell(new AgentEvent.ToolUse(block.path("id").asText(), tool, summary(input)));
      }
      default -> {}
    }
  }

  private String summary(JsonNode input) {
    String telling =
        TELLING.stream()
            .map(name -> input.path(name))
            .filter(JsonNode::isTextual)
            .map(JsonNode::textValue)
            .findFirst()
            .orElse("");
    return shortened(telling.replace(workspace + "/", ""));
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_SUMMARY ? text : text.substring(0, LONGEST_SUMMARY) + "…";
  }

  private void answered(JsonNode block, AgentEvents listener) {
    if (!block.path("type").asText().equals("tool_result")) {
      return;
    }
    String id = block.path("tool_use_id").asText();
    boolean ok = !block.path("is_error").asBoolean();
    JsonNode content = block.path("content");
    String text = content.isTextual() ? content.textValue() : content.path(0).path("text").asText();
    listener.tell(new AgentEvent.ToolResult(id, ok, shortened(text)));
    JsonNode use = tools.remove(id);
    if (ok && use != null && WRITERS.contains(use.path("name").asText())) {
      String path = use.path("input").path("file_path").asText();
      listener.tell(
          new AgentEvent.FileChange(path.replace(workspace + "/", ""), AgentEvent.Change.WRITTEN));
    }
  }

  private static void usage(JsonNode models, AgentEvents listener) {
    models
        .properties()
        .forEach(
            model ->
                listener.tell(
                    new AgentEvent.Usage(
                        model.getKey(),
                        model.getValue().path("inputTokens").asLong(),
                        model.getValue().path("cacheReadInputTokens").asLong(),
                        model.getValue().path("outputTokens").asLong())));
  }
}

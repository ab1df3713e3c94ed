package dev.tmuxbuilder.agent.opencode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where a session's conversation is, so that whoever takes the work up goes on with it.
 *
 * @param conversation OpenCode's name for it; empty where there is none
 * @param turn the piece of work that was asked for last
 * @param message OpenCode's name for the message that asked for it; empty until it is there
 */
record Bookmark(String conversation, String turn, String message) {
  static Bookmark read(Path file) throws IOException {
    try {
      JsonNode read = Json.mapper().readTree(Files.readString(file));
      return new Bookmark(
          read.path("conversation").asText(),
          read.path("turn").asText(),
          read.path("message").asText());
    } catch (NoSuchFileException none) {
      return new Bookmark("", "", "");
    }
  }

  void write(Path file) throws IOException {
    UserHome.write(
        file, Json.bytes(Map.of("conversation", conversation, "turn", turn, "message", message)));
  }

  /** Whether that work was asked for already. */
  boolean asked(String work) {
    return turn.equals(work) && !message.isEmpty();
  }

  /** The conversation alone: what is asked next is asked anew. */
  Bookmark withoutTurn() {
    return new Bookmark(conversation, "", "");
  }
}

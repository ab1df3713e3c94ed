package dev.tmuxbuilder.execution;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that a user sent with the brief or with a message.
 *
 * @param fileId names it among all files
 * @param messageId of the message that it came with; null where it came with the brief
 * @param name of a file and nothing else: no folder, no dot at its beginning
 * @param bytes its size
 */
public record Attachment(
    UUID fileId,
    @Nullable UUID messageId,
    String name,
    String mediaType,
    long bytes,
    String sha256) {

  /** Where an agent finds it, relative to the session's folder. */
  public String path() {
    return path(messageId, name);
  }

  /** Where an agent finds a file of that name. */
  public static String path(@Nullable UUID message, String name) {
    return "files/" + (message == null ? "brief" : message) + "/" + name;
  }
}

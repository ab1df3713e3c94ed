package dev.tmuxbuilder.web;

import dev.tmuxbuilder.execution.Attachment;
import dev.tmuxbuilder.execution.Conversations;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What user and agent have said to each other, as the page of a site shows it.
 *
 * @param possible whether the site's agent takes messages at all
 */
public record Conversation(boolean possible, List<Said> said) {
  static Conversation of(boolean possible, List<Conversations.Entry> entries) {
    return new Conversation(possible, entries.stream().map(Said::of).toList());
  }

  /**
   * A message.
   *
   * @param failed an answer of a run that did not end well
   * @param before the address of a picture, where the answer has one
   */
  public record Said(
      String text,
      boolean fromUser,
      int run,
      Instant at,
      boolean failed,
      @Nullable Integer release,
      @Nullable Long checks,
      List<Change> changes,
      @Nullable String before,
      @Nullable String after,
      List<Sent> files) {
    static Said of(Conversations.Entry entry) {
      Map<String, Object> proof = entry.proof();
      return new Said(
          entry.text(),
          entry.role().equals("user"),
          entry.run(),
          entry.createdAt(),
          "failed".equals(proof.get("status")),
          number(proof.get("release")),
          count(proof.get("checks_passed")),
          proof.get("changes") instanceof List<?> changes
              ? changes.stream().map(Change::of).toList()
              : List.of(),
          text(proof.get("before")),
          text(proof.get("after")),
          entry.files().stream().map(Sent::of).toList());
    }

    private static @Nullable Integer number(@Nullable Object told) {
      return told instanceof Number number ? number.intValue() : null;
    }

    private static @Nullable Long count(@Nullable Object told) {
      return told instanceof Number number ? number.longValue() : null;
    }

    private static @Nullable String text(@Nullable Object told) {
      return told instanceof String text ? text : null;
    }
  }

  /** A file that the user sent. */
  public record Sent(String id, String name, boolean picture) {
    static Sent of(Attachment file) {
      return new Sent(file.fileId().toString(), file.name(), file.mediaType().startsWith("image/"));
    }
  }

  /** A file that is not as it was. */
  public record Change(String path, String kind) {
    static Change of(Object change) {
      return change instanceof Map<?, ?> told
          ? new Change(String.valueOf(told.get("path")), String.valueOf(told.get("change")))
          : new Change(String.valueOf(change), "changed");
    }

    public String key() {
      return Keys.change(kind);
    }
  }
}

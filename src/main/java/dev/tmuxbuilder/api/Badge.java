package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.ExecutionStatus;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/** A state as a picture of two fields, as pages of projects carry them. */
public final class Badge {
  public static final String MEDIA_TYPE = "image/svg+xml";
  private static final int LABEL = 82;
  private static final int LETTER = 7;
  private static final int MARGIN = 16;

  private Badge() {}

  /** An answer that nobody keeps without asking again. */
  public static Response of(ExecutionStatus status) {
    return Response.ok(svg(status), MEDIA_TYPE)
        .header(HttpHeaders.CACHE_CONTROL, "no-cache")
        .build();
  }

  private static String svg(ExecutionStatus status) {
    String word = word(status);
    int field = word.length() * LETTER + MARGIN;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="20" role="img" aria-label="tmux-builder: %2$s">\
    <title>tmux-builder: %2$s</title><rect width="%1$d" height="20" rx="4" fill="#3d4450"/>\
    <path d="M%3$d 0h%4$dv20h-%4$dz" fill="%5$s"/><rect x="%6$d" width="8" height="20" rx="4" fill="%5$s"/>\
    <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"><text x="8" y="14">tmux-builder</text>\
    <text x="%7$d" y="14">%2$s</text></g></svg>
    """
        .formatted(
            LABEL + field, word, LABEL, field - 4, color(status), LABEL + field - 8, LABEL + 8);
  }

  private static String word(ExecutionStatus status) {
    return switch (status) {
      case PENDING -> "waiting";
      case RUNNING -> "building";
      case WAITING_INPUT -> "asks";
      case COMPLETED -> "live";
      case FAILED -> "failed";
      case CANCELLED -> "cancelled";
      case DESTROYED -> "destroyed";
    };
  }

  private static String color(ExecutionStatus status) {
    return switch (status) {
      case PENDING, WAITING_INPUT -> "#9a6a00";
      case RUNNING -> "#2a54d8";
      case COMPLETED -> "#13693f";
      case FAILED -> "#b3261e";
      case CANCELLED, DESTROYED -> "#57606d";
    };
  }
}

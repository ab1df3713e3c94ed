package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A user's sessions, page after page. */
final class SessionPages {
  /** More sites of one user than anybody can read; the newest are first. */
  private static final int MOST_PAGES = 50;

  private SessionPages() {}

  /** Newest first. Blocks. */
  static List<JsonNode> of(Api api, String user) throws InterruptedException {
    List<JsonNode> sessions = new ArrayList<>();
    Optional<String> next = Optional.of("/api/user/" + user + "/sessions");
    for (int page = 0; page < MOST_PAGES && next.isPresent(); page++) {
      JsonNode answer = api.get(next.get());
      answer.path("sessions").forEach(sessions::add);
      next = Json.text(answer, "next").filter(SessionPages::isAPath);
    }
    return sessions;
  }

  /** Only a path of the same service is followed: the token goes along. */
  private static boolean isAPath(String next) {
    return next.startsWith("/") && !next.startsWith("//");
  }
}

package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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
    String path = "/api/user/" + user + "/sessions";
    List<JsonNode> sessions = new ArrayList<>();
    Optional<String> next = Optional.of(path);
    for (int page = 0; page < MOST_PAGES && next.isPresent(); page++) {
      JsonNode answer = api.get(next.get());
      answer.path("sessions").forEach(sessions::add);
      next = Json.text(answer, "next").map(cursor -> follow(path, cursor));
    }
    return sessions;
  }

  /** The contract's {@code next} is either a path of its own or a cursor. */
  private static String follow(String path, String next) {
    return next.startsWith("/")
        ? next
        : path + "?after=" + URLEncoder.encode(next, StandardCharsets.UTF_8);
  }
}

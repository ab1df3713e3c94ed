package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.ExecutionId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Parameters;

/**
 * The execution that a command is about: its whole id, the beginning or the end of one (a session's
 * id is the end), or {@code last}.
 */
final class ExecutionRef {
  static final String LAST = "last";

  @Parameters(
      index = "0",
      paramLabel = "EXECUTION",
      description = "An execution's id, its unique beginning or end, or 'last'.")
  private String text = "";

  static Optional<ExecutionId> parse(String text) {
    return ExecutionId.parse(text);
  }

  /** An execution and the service that knows it. */
  record Found(String execution, Api api) {
    String user() {
      return execution.substring(0, execution.indexOf('_'));
    }
  }

  /** Finds the execution; asks the service where the text is not a whole id. Blocks. */
  Found find(Surroundings s, Connection connection) throws InterruptedException {
    String address = connection.address(s);
    Memory memory = new Memory(s.configDir());
    Optional<String> whole =
        text.equals(LAST) ? memory.last(address) : parse(text).map(ExecutionId::toString);
    String execution = whole.isPresent() ? whole.get() : search(s, connection);
    return new Found(execution, connection.open(s, userOf(execution)));
  }

  private String search(Surroundings s, Connection connection) throws InterruptedException {
    List<String> matches = new ArrayList<>();
    for (JsonNode session : sessions(s, connection)) {
      String id = session.path("execution_id").asText();
      String sessionId = session.path("session_id").asText();
      boolean fits = id.startsWith(text) || id.endsWith(text) || sessionId.startsWith(text);
      if (text.equals(LAST)) {
        return id; // newest first
      }
      if (fits && !text.isEmpty()) {
        matches.add(id);
      }
    }
    return switch (matches.size()) {
      case 1 -> matches.getFirst();
      case 0 ->
          throw CliFailure.failed(
              "no_such_execution",
              text.equals(LAST) ? "there is no site yet" : "no execution fits " + text,
              "See what there is with: tmux-builder sites");
      default ->
          throw new CliFailure(
              CliFailure.FAILED,
              "ambiguous_execution",
              matches.size() + " executions fit " + text,
              matches,
              "Say more of the id.");
    };
  }

  /** The sessions of every user that this machine knows on the service, newest first per user. */
  static List<JsonNode> sessions(Surroundings s, Connection connection)
      throws InterruptedException {
    Set<String> users = new LinkedHashSet<>(new Memory(s.configDir()).users(connection.address(s)));
    String own = Owner.of(s, Optional.empty(), Optional.empty()).userId();
    users.add(own);
    List<JsonNode> sessions = new ArrayList<>();
    Optional<CliFailure> locked = Optional.empty();
    for (String user : users) {
      Api api = connection.open(s, user);
      try {
        SessionPages.of(api, user).forEach(sessions::add);
      } catch (CliFailure refused) {
        switch (refused.status()) {
          case 404 -> {} // unknown here (any more): no sessions
          case 401 -> locked = Optional.of(refused);
          default -> throw refused;
        }
      }
    }
    if (sessions.isEmpty() && locked.isPresent()) {
      throw locked.get();
    }
    return sessions;
  }

  private static String userOf(String execution) {
    return execution.substring(0, execution.indexOf('_'));
  }
}

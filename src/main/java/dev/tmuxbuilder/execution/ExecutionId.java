package dev.tmuxbuilder.execution;

import java.util.Optional;

/** A session seen as a job: {@code {user_id}_{session_id}}. */
public record ExecutionId(UserId user, SessionId session) {
  private static final int USER_LENGTH = 36;

  public static Optional<ExecutionId> parse(String text) {
    if (text.length() <= USER_LENGTH + 1 || text.charAt(USER_LENGTH) != '_') {
      return Optional.empty();
    }
    return UserId.parse(text.substring(0, USER_LENGTH))
        .flatMap(
            user ->
                SessionId.parse(text.substring(USER_LENGTH + 1))
                    .map(session -> new ExecutionId(user, session)));
  }

  /** For text that this service wrote itself. */
  public static ExecutionId of(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("not an execution id"));
  }

  @Override
  public String toString() {
    return user + "_" + session;
  }
}

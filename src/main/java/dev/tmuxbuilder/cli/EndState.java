package dev.tmuxbuilder.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Waits until an execution is in a state that lasts. */
final class EndState {
  private static final Duration BETWEEN = Duration.ofMillis(200);

  private EndState() {}

  /**
   * The first snapshot whose status is one of {@code wanted}. Blocks.
   *
   * @throws CliFailure where that takes longer than {@code deadline}
   */
  static JsonNode await(ExecutionRef.Found found, Set<String> wanted, Duration deadline)
      throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      JsonNode status = found.api().get("/api/status/" + found.execution() + "?limit=1");
      if (wanted.contains(status.path("status").asText())) {
        return status;
      }
      if (System.nanoTime() - start > deadline.toNanos()) {
        throw CliFailure.failed(
            "not_yet",
            "it is still "
                + status.path("status").asText()
                + " after "
                + deadline.toSeconds()
                + " s",
            "See how it goes on: tmux-builder status " + found.execution());
      }
      TimeUnit.MILLISECONDS.sleep(BETWEEN.toMillis());
    }
  }
}

package dev.tmuxbuilder.workspace;

import dev.tmuxbuilder.execution.ExecutionId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** Pictures, reports and transcripts in sessions' folders, of which not all are kept for ever. */
public interface Evidence {
  /**
   * What is kept in a session.
   *
   * @param runs pictures and reports of so many runs, the newest first
   * @param before none that are older
   * @param bytes as long as they are no more than so many together
   * @param logsBefore no log or transcript that nobody has written to since; the newest stays
   * @param logBytes as long as logs are no more than so many together
   */
  record Policy(int runs, Instant before, long bytes, Instant logsBefore, long logBytes) {}

  /** What was removed. */
  record Removed(int runs, int logs, long bytes) {
    public static final Removed NOTHING = new Removed(0, 0, 0);

    public Removed and(Removed other) {
      return new Removed(runs + other.runs, logs + other.logs, bytes + other.bytes);
    }
  }

  /** Sessions that hold more than a policy keeps. */
  Uni<List<ExecutionId>> beyond(Policy policy);

  /**
   * Removes what a policy does not keep.
   *
   * @param untouchable runs of which everything stays
   */
  Uni<Removed> remove(ExecutionId execution, Policy policy, Set<Integer> untouchable);

  /** Whether the pictures of a run were there and have been removed by policy. */
  Uni<Boolean> removed(ExecutionId execution, int run);
}

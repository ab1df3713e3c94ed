package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What of journals is kept. State, reports and receipts always are, and so are the journals of runs
 * that go on, of an execution's newest run, and of the one that made its live release. Nothing
 * blocks.
 */
public interface JournalKeeping {
  /**
   * What is kept of the other runs of an execution.
   *
   * @param runs so many of the newest
   * @param before none that ended earlier
   * @param lines as long as they are no more than so many together, the newest first
   */
  record Policy(int runs, Instant before, long lines) {}

  /** An execution that has more than a policy keeps. */
  record Due(TenantId tenant, ExecutionId execution) {}

  Uni<List<Due>> due(Policy policy, int most);

  /** Removes some lines that a policy does not keep, the oldest first; returns how many. */
  Uni<Integer> remove(Due due, Policy policy, int most);

  /** The runs of which everything stays; empty where the execution is not known. */
  Uni<Optional<Set<Integer>>> untouchable(ExecutionId execution);
}

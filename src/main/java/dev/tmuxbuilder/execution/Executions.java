package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.Task;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the engine needs of the store. None of the methods blocks. */
public interface Executions {
  /**
   * Makes the caller the owner of a run: whoever owned it before can write no more.
   *
   * @return empty where the run is over, or its execution destroyed; fails with {@link LeaseLost}
   *     where the queue has handed the job to another node since
   */
  Uni<Optional<Job>> takeUp(TenantId tenant, ExecutionId execution, int run);

  /**
   * Makes the caller the owner of a run in place of one that does not end it.
   *
   * @param step what that owner was at; null between two steps
   * @return empty where the owner has gone on since
   */
  Uni<Optional<Job>> takeOver(Lease owner, @Nullable StepName step);

  /**
   * Makes the caller the owner of an execution that is to be destroyed.
   *
   * @return empty where it is destroyed; fails with {@link StillRunning} while a run has an owner
   */
  Uni<Optional<Job>> takeUpDestroy(TenantId tenant, ExecutionId execution);

  /**
   * Appends lines to the journal and brings the derived state up to date, in one transaction.
   *
   * @param batch names this call: the same again after a lost answer changes nothing
   * @return fails with {@link LeaseLost} where the lease is not the execution's newest
   */
  Uni<Void> append(Lease lease, UUID batch, List<Line> lines);

  /** Fails with {@link LeaseLost} where the lease is not the execution's newest. */
  Uni<Void> confirm(Lease lease);

  /** What was asked for; empty where there is no such execution. */
  Uni<Optional<Execution>> execution(TenantId tenant, ExecutionId execution);

  /** A release of an execution, by its number. */
  Uni<Optional<Release>> release(TenantId tenant, ExecutionId execution, int number);

  /** What a run has used of models up to now; empty where it has asked none. */
  Uni<Optional<Receipt.ModelUsage>> modelUsage(TenantId tenant, ExecutionId execution, int run);

  /** How long the tenant's agents may work in this month; empty where there is no limit. */
  Uni<Optional<AgentMinutes>> agentMinutes(TenantId tenant);

  /** The receipt of a release, where it has been written. */
  Uni<Optional<Receipt>> receipt(TenantId tenant, ExecutionId execution, int number);

  /** What its user has said for a run, in the order in which it came. */
  Uni<List<Task.Message>> messages(TenantId tenant, ExecutionId execution, int run);

  /** The state of an execution with the newest lines of its journal; empty where there is none. */
  Uni<Optional<Snapshot>> snapshot(TenantId tenant, ExecutionId execution, long since, int limit);

  /** The number of the newest line of an execution's journal; empty where there is none. */
  Uni<Optional<Long>> lastSeq(TenantId tenant, ExecutionId execution);

  /** A run still has an owner. */
  final class StillRunning extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StillRunning(ExecutionId execution) {
      super(execution + " has a run in progress");
    }
  }
}

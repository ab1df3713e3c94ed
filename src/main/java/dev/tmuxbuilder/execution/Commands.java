package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;

/**
 * What may be asked of an execution that exists. Each call is one transaction: it is refused or it
 * lasts. None blocks.
 */
public interface Commands {
  /**
   * Asks for another pass over what is in {@code source/}.
   *
   * <p>Like all that publishes, it waits for a yes where the tenant's {@code Approvals} say so.
   */
  Uni<Answer> redeploy(TenantId tenant, ExecutionId execution, By by);

  /**
   * Says yes to what a run has made, which is published then. Not now where the execution does not
   * wait for that, or the newest run is another.
   */
  Uni<Answer> approve(TenantId tenant, ExecutionId execution, int run, String by);

  /**
   * Says something to the agent. It is answered by a run of its own, the next one: of all that is
   * said while another run goes on, in order. Fails with {@link OverQuota} where the execution
   * would hold more files than it may.
   */
  Uni<Answer> chat(TenantId tenant, ExecutionId execution, Said said, By by);

  /** Asks for an earlier release to be made live again. */
  Uni<Answer> rollback(TenantId tenant, ExecutionId execution, int release, String by);

  /**
   * Asks for what costs while nobody comes to stand still until the next deployment. Not now where
   * no release is live.
   */
  Uni<Answer> stop(TenantId tenant, ExecutionId execution, String by);

  /** Asks for the run in progress to be stopped. A run that nobody has begun is stopped at once. */
  Uni<Answer> cancel(TenantId tenant, ExecutionId execution, String by);

  /** Asks for everything of the execution to be removed; a run in progress is stopped first. */
  Uni<Answer> destroy(TenantId tenant, ExecutionId execution, String by);

  /**
   * What a user says.
   *
   * @param text to the byte as it came
   * @param files what came with it, in the order in which it came
   */
  record Said(UUID id, String text, List<Upload> files) {
    public Said {
      files = List.copyOf(files);
    }
  }

  /** What came of asking. */
  sealed interface Answer {
    /** It lasts; the run is the one that was started, or the one that is meant. */
    record Accepted(int run) implements Answer {}

    /** The execution's state does not allow it. */
    record NotNow(ExecutionStatus status) implements Answer {}

    /** The execution has no such release. */
    record NoSuchRelease() implements Answer {}

    /** The tenant has as many runs waiting as it may have. */
    record TooManyWaiting() implements Answer {}

    /** There is no such execution. */
    record Unknown() implements Answer {}
  }
}

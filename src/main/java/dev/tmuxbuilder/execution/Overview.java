package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What those who look after all tenants' work may know: names and numbers, nothing of what a tenant
 * has written. Nothing blocks.
 */
public interface Overview {
  /**
   * A run, or a destruction, that some node works on.
   *
   * @param step the step under way; null between two of them
   * @param longest how long its owner may work on it
   * @param stepLongest how long the step may take
   * @param destroys whether it is the destruction of all that the runs have made
   */
  record Working(
      Lease lease,
      @Nullable StepName step,
      Duration longest,
      @Nullable Duration stepLongest,
      boolean destroys) {}

  /** All runs and destructions that some node works on, or worked on when it fell silent. */
  Uni<List<Working>> underWay();

  /** What something waits for that nobody works on. */
  enum WaitsFor implements Named {
    /** A node with room for it. */
    PLACE,
    /** One of its tenant's or user's to end: they have their share under way. */
    SHARE,
    /** Its user's answer to the agent. */
    ANSWER,
    /** Somebody's yes to what was made. */
    APPROVAL;

    @Override
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A run that waits, and since when. */
  record Waiting(ExecutionId execution, int run, WaitsFor what, Instant since) {}

  /**
   * What waits: first the runs that are next, in their order.
   *
   * @param limit how many runs, and how many executions that wait for a person, at most
   */
  Uni<List<Waiting>> waiting(int limit);

  /** A tenant in few words. */
  record Tenant(TenantId id, Optional<String> name, long members, long sites, Instant createdAt) {}

  /**
   * Tenants, newest first.
   *
   * @param limit how many at most
   */
  Uni<List<Tenant>> tenants(int limit);

  /**
   * Everybody's sessions, newest first.
   *
   * @param before where the page before ended
   * @param limit how many at most
   */
  Uni<List<Archive.Session>> sessions(Optional<Archive.Place> before, int limit);

  /** Runs and destructions that were promised and that the queue does not know. */
  Uni<List<RunRef>> withoutJob();

  /**
   * Gives a run or a destruction its place in the queue again, and says so in the journal.
   *
   * @return false where it has one by now, or needs none
   */
  Uni<Boolean> putBack(RunRef work);

  /** Writes in an execution's journal what was mended of it; nothing where there is none. */
  Uni<Void> tell(Mender.Told told);

  /** Of these names, those that no execution has, or one that was destroyed. */
  Uni<Set<String>> notExecutions(Collection<String> names);
}

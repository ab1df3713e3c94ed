package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be read of executions besides their state. None of the methods blocks. */
public interface Archive {
  /**
   * A user's sessions, newest first.
   *
   * @param before where the page before ended
   * @param limit how many at most
   */
  Uni<List<Session>> sessions(TenantId tenant, UserId user, Optional<Place> before, int limit);

  /** The same for all users of a tenant. */
  Uni<List<Session>> sessions(TenantId tenant, Optional<Place> before, int limit);

  /** The receipts of an execution, oldest first. */
  Uni<List<Receipt>> receipts(TenantId tenant, ExecutionId execution);

  /** The report of a run's end-to-end checks, or of the newest run that has one. */
  Uni<Optional<Report>> tests(TenantId tenant, ExecutionId execution, Optional<Integer> run);

  /** Events of an execution after a number, in order. */
  Uni<List<Event>> events(TenantId tenant, ExecutionId execution, long since, int limit);

  /**
   * One of a user's sessions, in few words.
   *
   * @param costEstimate of the release that is live
   */
  record Session(
      ExecutionId id,
      String siteName,
      HostProvider host,
      SiteType siteType,
      ExecutionStatus status,
      @Nullable String url,
      @Nullable Integer release,
      Instant createdAt,
      Receipt.@Nullable CostEstimate costEstimate) {
    public Place place() {
      return new Place(createdAt, id.session().value());
    }
  }

  /** A place in a list of sessions. */
  record Place(Instant createdAt, String sessionId) {}

  /** What the end-to-end checks of a run found. */
  record Report(int run, int release, List<CheckResult> checks) {
    public Report {
      checks = List.copyOf(checks);
    }
  }
}

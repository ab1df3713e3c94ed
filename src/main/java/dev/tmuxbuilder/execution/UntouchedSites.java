package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Live sites that nobody has changed or deployed for long. Nothing blocks. */
public interface UntouchedSites {
  /**
   * One of them.
   *
   * @param touchedAt when its last run was asked for, stops left out
   * @param warnedAt when its owner was last told what will come of it
   */
  record Untouched(
      TenantId tenant, ExecutionId execution, Instant touchedAt, Optional<Instant> warnedAt) {
    /** Whether its owner was told since it was last touched, and before that time. */
    public boolean warnedBefore(Instant time) {
      return warnedAt.filter(at -> at.isAfter(touchedAt) && at.isBefore(time)).isPresent();
    }

    public boolean warned() {
      return warnedAt.filter(at -> at.isAfter(touchedAt)).isPresent();
    }
  }

  /**
   * Those on a host that were last touched before that time and do not stand still, oldest first.
   */
  Uni<List<Untouched>> since(HostProvider host, SiteType type, Instant time, int most);

  /** Tells the site's watchers, and remembers that they were told. */
  Uni<Void> warn(Untouched site, String words);
}

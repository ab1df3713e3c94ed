package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Who did what to what, from where, with what outcome: a chain of lines for each tenant, which only
 * grows. None of the methods blocks.
 */
public interface Audit {
  /**
   * @param outcome the HTTP status of the answer
   */
  record Entry(
      Instant at, String actor, String address, String action, String target, int outcome) {}

  Uni<Void> note(TenantId tenant, Entry entry);

  /** Lines after that number, oldest first, as they were written: their very bytes are hashed. */
  Uni<List<String>> lines(TenantId tenant, long since, int most);

  /** The newest lines of a tenant, the newest first. */
  Uni<List<String>> newest(TenantId tenant, int most);

  /** Notes what an operator did outside of any tenant: all of that is one chain more. */
  Uni<Void> noteOperators(Entry entry);

  /** Like {@link #lines} for that chain. */
  Uni<List<String>> operatorsLines(long since, int most);

  /**
   * A line of some chain.
   *
   * @param tenant whose chain it is in; empty for the operators'
   */
  record Noted(Optional<TenantId> tenant, String line) {}

  /** The newest lines of all chains, the newest first. */
  Uni<List<Noted>> newestOfAll(int most);
}

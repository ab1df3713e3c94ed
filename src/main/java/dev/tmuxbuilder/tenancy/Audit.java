package dev.tmuxbuilder.tenancy;

import dev.tmuxbuilder.execution.TenantId;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.List;

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
}

package dev.tmuxbuilder.gateway;

import io.smallrye.mutiny.Uni;

/** What was spent on models. None of the methods blocks. */
public interface Ledger {
  /** What has been spent up to now, by all nodes. */
  Uni<Spent> spent(AgentSession session);

  /** Adds a call to the sums and to the journal. */
  Uni<Void> add(AgentSession session, Usage usage);

  /**
   * In millionths of a US dollar.
   *
   * @param session by this execution, ever
   * @param user by its user, in this month
   * @param tenant by its tenant, in this month
   */
  record Spent(long session, long user, long tenant) {}
}

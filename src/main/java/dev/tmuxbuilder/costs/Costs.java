package dev.tmuxbuilder.costs;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.SessionId;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.UserId;
import dev.tmuxbuilder.hosting.Spending;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What sites cost, as it is kept. None of the methods blocks. */
public interface Costs {
  /** What lines can be added up by. */
  enum By implements Named {
    TENANT,
    USER,
    SESSION,
    HOST,
    MONTH;

    @Override
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Which costs.
   *
   * @param first the first month
   * @param last the last one, not before the first
   * @param by a line for each of these; one for all where it is empty
   * @param tenant only this tenant's; of all tenants where it is empty
   * @param user only this user's
   * @param limit how many lines at most
   */
  record Question(
      YearMonth first,
      YearMonth last,
      Set<By> by,
      Optional<TenantId> tenant,
      Optional<UserId> user,
      int limit) {
    public Question {
      by = Set.copyOf(by);
    }
  }

  /**
   * Some costs together. What they were not added up by is empty, and so are tenant and user of
   * what a bill says of no execution of this service.
   *
   * @param sites how many sites it is
   * @param estimated by the receipts
   * @param actual by the bills; empty where they say nothing (yet)
   */
  record Total(
      Optional<TenantId> tenant,
      Optional<UserId> user,
      Optional<SessionId> session,
      Optional<HostProvider> host,
      Optional<YearMonth> month,
      long sites,
      String currency,
      BigDecimal estimated,
      Optional<BigDecimal> actual) {}

  /** The dearest first, within a month. */
  Uni<List<Total>> totals(Question question);

  /**
   * A reading of a host's bill.
   *
   * @param triedAt when it was tried last
   * @param doneAt when it went well last
   * @param basis what the figures are, in words
   * @param problem what went wrong at the last try
   */
  record Reading(
      HostProvider host,
      Instant triedAt,
      Optional<Instant> doneAt,
      Optional<String> basis,
      Optional<String> problem) {}

  /** The last reading of each bill that was ever read. */
  Uni<List<Reading>> readings();

  /** Puts what a bill says of these months in the place of what it said before. */
  Uni<Void> keep(HostProvider host, YearMonth first, YearMonth last, Spending spending);

  /** Remembers that a bill could not be read. */
  Uni<Void> failed(HostProvider host, String problem);

  /** The hosts that sites were ever wanted on. */
  Uni<Set<HostProvider>> hostsInUse();
}

package dev.tmuxbuilder.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.tmuxbuilder.execution.Level;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Writes down what was used, and knows what is left. */
@ApplicationScoped
class Metering {
  private static final Logger LOG = Logger.getLogger(Metering.class);
  private static final int TRIES = 5;

  private final Ledger ledger;
  private final AgentJournal journal;
  private final Budgets budgets;
  private final Prices prices;
  private final MeterRegistry registry;

  /** What the journal has been told in a run need not be told again. */
  private final Cache<String, Boolean> told =
      Caffeine.newBuilder().maximumSize(10_000).expireAfterWrite(Duration.ofHours(1)).build();

  Metering(
      Ledger ledger, AgentJournal journal, Budgets budgets, Prices prices, MeterRegistry registry) {
    this.ledger = ledger;
    this.journal = journal;
    this.budgets = budgets;
    this.prices = prices;
    this.registry = registry;
  }

  /** Whether a budget is spent; then the journal says so. */
  Uni<Optional<Budgets.Exceeded>> exceeded(AgentSession session) {
    return ledger.spent(session).map(budgets::exceeded).call(found -> tell(session, found));
  }

  private Uni<Void> tell(AgentSession session, Optional<Budgets.Exceeded> found) {
    if (found.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Budgets.Exceeded spent = found.get();
    String once = session.execution() + "#" + session.run() + spent.budget();
    if (told.asMap().putIfAbsent(once, true) != null) {
      return Uni.createFrom().voidItem();
    }
    registry.counter("tmuxbuilder.gateway.budget.spent", "budget", spent.budget()).increment();
    return journal
        .tell(
            session,
            Level.WARN,
            "model",
            spent.message(),
            Map.of("reason", "budget_spent", "budget", spent.budget()))
        .onFailure()
        .invoke(failure -> told.invalidate(once));
  }

  /** Goes on in the background; what cannot be written is in the log, with its figures. */
  void add(AgentSession session, Provider provider, Tally tally) {
    if (!tally.anything()) {
      return;
    }
    Usage usage =
        new Usage(
            provider.name(),
            tally.model(),
            tally.input(),
            tally.output(),
            tally.cacheRead(),
            tally.cacheWrite(),
            prices.of(provider.name(), tally.model()).microUsd(tally));
    count(usage);
    ledger
        .add(session, usage)
        .onFailure()
        .retry()
        .withBackOff(Duration.ofMillis(200), Duration.ofSeconds(5))
        .atMost(TRIES)
        .subscribe()
        .with(
            written -> {},
            failure ->
                LOG.errorf(
                    failure, "%s used %s, which could not be written", session.execution(), usage));
  }

  private void count(Usage usage) {
    tokens(usage, "input", usage.inputTokens());
    tokens(usage, "output", usage.outputTokens());
    tokens(usage, "cache_read", usage.cacheReadTokens());
    tokens(usage, "cache_write", usage.cacheWriteTokens());
    registry
        .counter("tmuxbuilder.gateway.cost.usd", "provider", usage.provider())
        .increment(usage.microUsd() / 1e6);
  }

  private void tokens(Usage usage, String kind, long count) {
    registry
        .counter("tmuxbuilder.gateway.tokens", "provider", usage.provider(), "kind", kind)
        .increment(count);
  }

  void answered(Provider provider, int status) {
    registry
        .counter(
            "tmuxbuilder.gateway.calls",
            "provider",
            provider.name(),
            "status",
            Integer.toString(status))
        .increment();
  }

  void triedAgain(Provider provider) {
    registry.counter("tmuxbuilder.gateway.retries", "provider", provider.name()).increment();
  }
}

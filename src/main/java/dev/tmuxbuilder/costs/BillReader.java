package dev.tmuxbuilder.costs;

import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.platform.Rhythm;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the hosts' bills, one node at a time, and no more often than the settings say whatever
 * starts and stops: a reading may cost money. A failed one is tried again as late as a good one.
 */
@ApplicationScoped
class BillReader {
  private static final System.Logger LOG = System.getLogger(BillReader.class.getName());
  private static final Duration LOOK = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** A month's figures change for some days after its end. */
  private static final int MONTHS = 3;

  private final List<Host> hosts;
  private final Costs costs;
  private final OneNode one;
  private final Duration every;
  private final Clock clock;
  private final Counter read;
  private final Counter failed;
  private @Nullable Cancellable rounds;

  BillReader(
      @All List<Host> hosts,
      Costs costs,
      OneNode one,
      Settings settings,
      Clock clock,
      MeterRegistry registry) {
    this.hosts = hosts;
    this.costs = costs;
    this.one = one;
    this.every = settings.costs().every();
    this.clock = clock;
    this.read = counter(registry, "read");
    this.failed = counter(registry, "failed");
  }

  private static Counter counter(MeterRegistry registry, String result) {
    return Counter.builder("tmuxbuilder.bills")
        .description("Readings of the hosts' bills")
        .tag("result", result)
        .register(registry);
  }

  void start(@Observes StartupEvent event) {
    Duration look = every.compareTo(LOOK) < 0 ? every : LOOK;
    rounds =
        Rhythm.every(
            look,
            "reading the bills",
            () ->
                VirtualThreads.call("read the bills", () -> one.run("bills", this::round))
                    .replaceWithVoid());
  }

  void stop(@Observes ShutdownEvent event) {
    if (rounds != null) {
      rounds.cancel();
    }
  }

  private void round() {
    Set<HostProvider> used = await(costs.hostsInUse());
    List<Costs.Reading> before = await(costs.readings());
    Instant now = clock.instant();
    for (Host host : hosts) {
      boolean recent =
          before.stream()
              .filter(reading -> reading.host() == host.provider())
              .anyMatch(reading -> reading.triedAt().plus(every).isAfter(now));
      if (used.contains(host.provider()) && !recent) {
        read(host, YearMonth.from(now.atOffset(ZoneOffset.UTC)));
      }
    }
  }

  private void read(Host host, YearMonth last) {
    YearMonth first = last.minusMonths(MONTHS - 1L);
    try {
      host.spending(first, last)
          .await()
          .atMost(PATIENCE)
          .ifPresent(
              spending -> {
                await(costs.keep(host.provider(), first, last, spending));
                read.increment();
                LOG.log(
                    System.Logger.Level.INFO,
                    "Read the bill of {0}: {1} charges",
                    host.provider().wire(),
                    spending.charges().size());
              });
    } catch (RuntimeException failure) { // whatever it is, it is told and tried again
      String problem =
          failure instanceof StepFailure known
              ? known.info().message() + " " + known.info().hint()
              : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
      await(costs.failed(host.provider(), problem));
      failed.increment();
      LOG.log(
          System.Logger.Level.WARNING,
          "The bill of {0} cannot be read: {1}",
          host.provider().wire(),
          problem);
    }
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(PATIENCE);
  }
}

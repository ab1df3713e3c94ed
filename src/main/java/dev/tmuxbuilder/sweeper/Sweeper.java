package dev.tmuxbuilder.sweeper;

import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Named;
import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.hosting.Holding;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.platform.Rhythm;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the hosts for what is nobody's, and removes what somebody said should go, after
 * another look that it is nobody's still. One node is at it at a time.
 */
@ApplicationScoped
public class Sweeper {
  private static final System.Logger LOG = System.getLogger(Sweeper.class.getName());
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration REMOVAL = Duration.ofHours(1);

  private final List<Host> hosts;
  private final Orphans orphans;
  private final OneNode one;
  private final Settings.Sweeper settings;
  private final Set<HostProvider> always;
  private final Clock clock;
  private final MeterRegistry registry;
  private final Map<HostProvider, AtomicLong> counts;
  private @Nullable Cancellable rounds;

  Sweeper(
      @All List<Host> hosts,
      Orphans orphans,
      OneNode one,
      Settings settings,
      Clock clock,
      MeterRegistry registry) {
    this.hosts = hosts;
    this.orphans = orphans;
    this.one = one;
    this.settings = settings.sweeper();
    this.always =
        settings.sweeper().hosts().orElse(Set.of()).stream()
            .map(Sweeper::host)
            .collect(Collectors.toSet());
    this.clock = clock;
    this.registry = registry;
    this.counts =
        hosts.stream().map(Host::provider).collect(Collectors.toMap(host -> host, this::gauge));
  }

  private static HostProvider host(String name) {
    return Named.parse(HostProvider.class, name)
        .orElseThrow(
            () -> new IllegalArgumentException("TMUXBUILDER_SWEEPER_HOSTS: no host " + name));
  }

  private AtomicLong gauge(HostProvider host) {
    return Objects.requireNonNull(
        registry.gauge(
            "tmuxbuilder.orphans",
            List.of(io.micrometer.core.instrument.Tag.of("host", host.wire())),
            new AtomicLong()));
  }

  void start(@Observes StartupEvent event) {
    Duration every = settings.every();
    rounds = Rhythm.every(every.compareTo(LOOK) < 0 ? every : LOOK, "the sweep", this::turn);
  }

  void stop(@Observes ShutdownEvent event) {
    if (rounds != null) {
      rounds.cancel();
    }
  }

  /** Somebody asked for a removal: it need not wait for the next round. */
  public void wake() {
    turn()
        .subscribe()
        .with(
            done -> {},
            failure -> LOG.log(System.Logger.Level.DEBUG, "the sweep failed this time", failure));
  }

  private Uni<Void> turn() {
    return VirtualThreads.call("sweep", () -> one.run("sweep", this::round)).replaceWithVoid();
  }

  private void round() {
    Set<HostProvider> wanted = new HashSet<>(await(orphans.hostsInUse()));
    wanted.addAll(always);
    List<Orphans.Look> looks = await(orphans.looks());
    List<Orphans.Orphan> known = await(orphans.all());
    for (Host host : hosts) {
      List<Orphans.Orphan> wishes =
          known.stream()
              .filter(orphan -> orphan.resource().provider().equals(host.provider().wire()))
              .filter(orphan -> orphan.removal().isPresent())
              .toList();
      if (!wishes.isEmpty() || (wanted.contains(host.provider()) && due(host, looks))) {
        sweep(host, wishes);
      }
    }
  }

  private boolean due(Host host, List<Orphans.Look> looks) {
    Instant now = clock.instant();
    return looks.stream()
        .filter(look -> look.host() == host.provider())
        .noneMatch(look -> look.triedAt().plus(settings.every()).isAfter(now));
  }

  private void sweep(Host host, List<Orphans.Orphan> wishes) {
    try {
      List<Holding> holdings = host.holdings().await().atMost(PATIENCE);
      List<Orphans.Found> found =
          Strays.among(host, holdings, await(orphans.living(host.provider())));
      await(orphans.keep(host.provider(), found));
      tell(host, found);
      if (!wishes.isEmpty()) {
        remove(host, holdings, found, wishes);
      }
    } catch (RuntimeException failure) { // whatever it is, it is told and tried again
      String problem = words(failure);
      await(orphans.failed(host.provider(), problem));
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} cannot be looked through: {1}",
          host.provider().wire(),
          problem);
    }
  }

  private void tell(Host host, List<Orphans.Found> found) {
    AtomicLong count = counts.get(host.provider());
    if (count != null && count.getAndSet(found.size()) != found.size()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "On {0} there are {1} resources that are nobody''s, or do not say whose: see"
              + " /api/orphans",
          host.provider().wire(),
          found.size());
    }
  }

  /** What is somebody's again meanwhile is not among the found any more, and stays. */
  private void remove(
      Host host, List<Holding> holdings, List<Orphans.Found> found, List<Orphans.Orphan> wishes) {
    Set<Orphans.Name> allowed =
        found.stream()
            .filter(one -> one.reason().removable())
            .map(one -> Orphans.Name.of(one.resource()))
            .collect(Collectors.toSet());
    Set<Orphans.Name> asked =
        wishes.stream()
            .map(Orphans.Orphan::name)
            .filter(allowed::contains)
            .collect(Collectors.toSet());
    List<Holding> these =
        holdings.stream()
            .filter(holding -> asked.contains(Orphans.Name.of(holding.resource())))
            .toList();
    Optional<String> problem = Optional.empty();
    try {
      host.remove(these, new Words(host.provider())).await().atMost(REMOVAL);
    } catch (RuntimeException failure) { // whatever it is, the operator is told and may ask again
      problem = Optional.of(words(failure));
    }
    for (Orphans.Name name : asked) {
      await(orphans.ended(name, problem));
    }
    registry
        .counter(
            "tmuxbuilder.orphans.removals", "result", problem.isPresent() ? "failed" : "removed")
        .increment(asked.size());
    LOG.log(
        System.Logger.Level.WARNING,
        "Removal of {0} resources on {1}, asked for by {2}: {3}",
        these.size(),
        host.provider().wire(),
        wishes.stream()
            .flatMap(wish -> wish.removal().stream())
            .map(Orphans.Removal::by)
            .distinct()
            .collect(Collectors.joining(", ")),
        problem.orElse("done"));
  }

  private static String words(RuntimeException failure) {
    return failure instanceof StepFailure known
        ? known.info().message() + " " + known.info().hint()
        : Objects.requireNonNullElse(failure.getMessage(), failure.toString());
  }

  private static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofMinutes(1));
  }

  /** A removal has no journal, as it has no session: what it does is in the log. */
  private record Words(HostProvider host) implements Progress {
    @Override
    public void log(Level level, String stage, String message, Map<String, ?> data) {
      LOG.log(System.Logger.Level.INFO, "{0}: {1}", host.wire(), message);
    }

    @Override
    public void check(CheckResult result) {}
  }
}

package dev.tmuxbuilder.costs;

import dev.tmuxbuilder.execution.Commands;
import dev.tmuxbuilder.execution.HostProvider;
import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.execution.SiteType;
import dev.tmuxbuilder.execution.UntouchedSites;
import dev.tmuxbuilder.execution.UntouchedSites.Untouched;
import dev.tmuxbuilder.hosting.Host;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.arc.All;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/**
 * Sites that cost by the hour and that nobody changes any more: their owners are warned, and then
 * the sites are stopped. The next deployment starts them again.
 */
@ApplicationScoped
class AgeLimit {
  private static final System.Logger LOG = System.getLogger(AgeLimit.class.getName());
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int SITES_A_ROUND = 1_000;
  private static final String BY = "operator";
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final List<Host> hosts;
  private final UntouchedSites sites;
  private final Commands commands;
  private final OneNode one;
  private final Settings.Untouched settings;
  private final Clock clock;

  AgeLimit(
      @All List<Host> hosts,
      UntouchedSites sites,
      Commands commands,
      OneNode one,
      Settings settings,
      Clock clock) {
    this.hosts = hosts;
    this.sites = sites;
    this.commands = commands;
    this.one = one;
    this.settings = settings.untouched();
    this.clock = clock;
  }

  @Scheduled(
      every = "${tmuxbuilder.untouched.every:1h}",
      delayed = "${tmuxbuilder.untouched.every:1h}",
      concurrentExecution = ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void round() {
    if (settings.stopAfter().isEmpty()) {
      return;
    }
    Duration limit = settings.stopAfter().get();
    try {
      one.run("age-limit", () -> hosts.forEach(host -> look(host, limit)));
    } catch (RuntimeException failed) { // whatever it is, the next round tries again
      LOG.log(System.Logger.Level.WARNING, "untouched sites could not be looked for", failed);
    }
  }

  private void look(Host host, Duration limit) {
    for (SiteType type : SiteType.values()) {
      if (host.chargesByTheHour(type)) {
        look(host.provider(), type, limit);
      }
    }
  }

  private void look(HostProvider host, SiteType type, Duration limit) {
    Instant now = clock.instant();
    Duration notice = settings.warnBefore();
    Instant due = now.minus(limit).plus(notice);
    for (Untouched site : sites.since(host, type, due, SITES_A_ROUND).await().atMost(PATIENCE)) {
      boolean old = site.touchedAt().isBefore(now.minus(limit));
      if (!site.warned()) {
        sites
            .warn(site, warning(site, later(now.plus(notice), site.touchedAt().plus(limit))))
            .await()
            .atMost(PATIENCE);
      } else if (old && site.warnedBefore(now.minus(notice))) {
        commands.stop(site.tenant(), site.execution(), BY).await().atMost(PATIENCE);
      }
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static String warning(Untouched site, Instant stop) {
    return "Nobody has changed this site since %s, and it costs while nobody comes: it will be stopped on %s. A redeploy keeps it, and starts it again later, at the same URL."
        .formatted(DAY.format(site.touchedAt()), DAY.format(stop));
  }
}

package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Replaces three nodes, one after the other, while sites are built and watched.
 *
 * @param subscribers streams that are followed, spread over all sites
 * @param sites how many are asked for
 * @param pause between two of them
 */
record RollingUpgrade(int subscribers, int sites, Duration pause) {
  private static final int NODES = 3;

  /** What happened. */
  record Outcome(
      int asked,
      int streams,
      int reconnects,
      long events,
      List<String> ends,
      Duration longestStop,
      List<String> problems) {}

  Outcome play(Cluster cluster) throws Exception {
    while (cluster.ready().size() < NODES) {
      cluster.start();
    }
    Queue<String> problems = new ConcurrentLinkedQueue<>();
    AtomicInteger reconnects = new AtomicInteger();
    List<String> asked = new ArrayList<>();
    List<Future<Long>> streams = new ArrayList<>();
    Duration longest = Duration.ZERO;
    try (ExecutorService people = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Duration> upgrade = people.submit(() -> replaceAll(cluster));
      for (int site = 0; site < sites; site++) {
        Client.Created created =
            new Integrator(cluster.client()).create("# Upgraded under " + site, "static");
        asked.add(created.id());
        int watchers = subscribers / sites + (site < subscribers % sites ? 1 : 0);
        for (int watcher = 0; watcher < watchers; watcher++) {
          streams.add(people.submit(() -> follow(created, reconnects, problems)));
        }
        Pause.of(pause);
      }
      longest = upgrade.get(5, TimeUnit.MINUTES);
      long events = 0;
      for (Future<Long> stream : streams) {
        events += stream.get(5, TimeUnit.MINUTES);
      }
      Ledger ledger = new Ledger(cluster);
      ledger.awaitTheEnd(Duration.ofMinutes(5));
      problems.addAll(ledger.findings(asked).all());
      problems.addAll(
          cluster.sql(
              "select execution_id || ' is ' || status || ': ' || coalesce(error::text, '')"
                  + " from executions where status <> 'completed'"));
      return new Outcome(
          asked.size(),
          streams.size(),
          reconnects.get(),
          events,
          cluster.sql("select count(*) || ' ' || status from executions group by status"),
          longest,
          List.copyOf(problems));
    }
  }

  /** A new one is ready before an old one is asked to end. */
  private static Duration replaceAll(Cluster cluster) {
    Duration longest = Duration.ZERO;
    for (Node old : List.copyOf(cluster.ready())) {
      cluster.start();
      Duration took = old.stop();
      longest = took.compareTo(longest) > 0 ? took : longest;
    }
    return longest;
  }

  /** Follows a site's stream to its end, from where it broke off each time. */
  private static long follow(
      Client.Created site, AtomicInteger reconnects, Queue<String> problems) {
    long last = 0;
    boolean ended = false;
    long until = System.nanoTime() + Duration.ofMinutes(5).toNanos();
    while (!ended && System.nanoTime() < until) {
      try {
        List<Client.Sent> sent =
            site.client().stream(
                "/api/status/" + site.id() + "/stream",
                event -> event.name().equals("end"),
                "Last-Event-ID",
                Long.toString(last));
        for (Client.Sent event : sent) {
          ended |= event.name().equals("end");
          Optional<Long> id = event.id();
          if (id.isPresent() && !event.name().equals("end")) {
            if (id.get() != last + 1) {
              problems.add(site.id() + ": event " + id.get() + " came after " + last);
            }
            last = id.get();
          }
        }
      } catch (UncheckedIOException | AssertionError cut) {
        // no node took the connection, or it went while it answered
      }
      if (!ended) {
        reconnects.incrementAndGet();
        Pause.of(Duration.ofMillis(300));
      }
    }
    if (!ended) {
      problems.add(site.id() + ": its stream did not end");
    }
    return last;
  }
}

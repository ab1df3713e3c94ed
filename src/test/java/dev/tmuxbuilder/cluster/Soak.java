package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Many executions while nodes die. A browser takes seconds for each site, so only a sample goes the
 * whole way; the owner of each other site cancels it when its run comes to the browser. So every
 * execution is asked for, built, deployed and checked over HTTP, and ends as its owner wants.
 *
 * @param executions how many
 * @param sample one of so many goes the whole way
 * @param leastPause between two kills
 * @param mostPause between two kills
 */
record Soak(
    int executions, int sample, Duration leastPause, Duration mostPause, Duration patience) {
  private static final int NODES = 3;
  private static final int CLIENTS = 4;

  /** A node dies when its time has come, or this part of all has been built: as comes first. */
  private static final int PART = 6;

  /** The last ones end in peace: a browser may take longer than a node lives. */
  private static final int LAST = 6;

  /** What happened. */
  record Outcome(
      int asked,
      List<String> ends,
      int kills,
      Ledger.Findings findings,
      Duration silence,
      String silent,
      Duration took) {}

  Outcome run(Cluster cluster) throws InterruptedException {
    while (cluster.ready().size() < NODES) {
      cluster.start();
    }
    long start = System.nanoTime();
    Queue<String> accepted = new ConcurrentLinkedQueue<>();
    Set<String> whole = ConcurrentHashMap.newKeySet();
    AtomicBoolean over = new AtomicBoolean();
    int kills;
    try (Silence silence = new Silence(cluster);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      CountDownLatch asked = new CountDownLatch(CLIENTS);
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        clients.submit(
            () -> {
              for (int number = first; number < executions; number += CLIENTS) {
                ask(cluster, number, accepted, whole);
              }
              asked.countDown();
              return true;
            });
      }
      clients.submit(() -> cancelBeforeTheBrowser(cluster, whole, over));
      kills = killUntil(cluster, asked, System.nanoTime() + patience.toNanos());
      over.set(true);
      Ledger ledger = new Ledger(cluster);
      Ledger.Findings findings = ledger.findings(accepted);
      return new Outcome(
          accepted.size(),
          cluster.sql(
              "select count(*) || ' ' || status from executions group by status order by 1"),
          kills,
          findings,
          silence.longest(),
          silence.of(),
          Duration.ofNanos(System.nanoTime() - start));
    } finally {
      over.set(true);
    }
  }

  private void ask(Cluster cluster, int number, Queue<String> accepted, Set<String> whole) {
    boolean chosen = number % sample == 0;
    String brief = "# Number " + number + "\n\n" + (chosen ? "Seen by a browser." : "In short.");
    Client.Created site = new Integrator(cluster.client()).create(brief, "static");
    if (chosen) {
      whole.add(site.id());
    }
    accepted.add(site.id());
  }

  private static boolean cancelBeforeTheBrowser(
      Cluster cluster, Set<String> whole, AtomicBoolean over) {
    Set<String> done = ConcurrentHashMap.newKeySet();
    Integrator owner = new Integrator(cluster.operator());
    while (!over.get()) {
      for (String id :
          cluster.sql(
              "select execution_id from executions where current_step >= 6 and status = 'running'"
                  + " and not requirements like '%Seen by a browser.%'")) {
        if (!whole.contains(id) && done.add(id)) {
          owner.post("/api/cancel/" + id, "");
        }
      }
      Pause.of(Duration.ofMillis(100));
    }
    return true;
  }

  /** Kills one node after the other, each followed by a new one, until all runs have ended. */
  private int killUntil(Cluster cluster, CountDownLatch asked, long until) {
    Random random = new Random(7);
    Ledger ledger = new Ledger(cluster);
    int kills = 0;
    int ended = 0;
    long next = System.nanoTime() + pause(random);
    while (System.nanoTime() < until) {
      if (asked.getCount() == 0 && ledger.open().isEmpty()) {
        return kills;
      }
      List<Node> ready = cluster.ready();
      int left = executions - ended(cluster);
      boolean due = System.nanoTime() > next || executions - left >= ended + executions / PART;
      if (due && ready.size() >= NODES - 1 && left > LAST) {
        ready.get(random.nextInt(ready.size())).kill();
        cluster.begin(Map.of());
        kills++;
        ended = executions - left;
        next = System.nanoTime() + pause(random);
      }
      Pause.of(Duration.ofMillis(200));
    }
    return kills;
  }

  private static int ended(Cluster cluster) {
    return Integer.parseInt(
        cluster
            .sql("select count(*) from executions where status not in ('pending', 'running')")
            .getFirst());
  }

  private long pause(Random random) {
    long least = leastPause.toNanos();
    return least + (long) (random.nextDouble() * (mostPause.toNanos() - least));
  }
}

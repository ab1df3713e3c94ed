package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Stops a node in its tracks with runs in its hands, lets others take them over and end them, and
 * wakes it: it may not write anything more for them.
 *
 * @param wanted how many runs in the hands of a stopped node are enough
 * @param runs how many runs a node has in its hands at a time
 */
record Fencing(int wanted, int runs) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** By the journal, or by the queue where the node was about to take a run up. */
  private static final List<String> REFUSED =
      List.of("left to its new owner", "Failed while completing execution");

  /**
   * What happened.
   *
   * @param stops how often a node was stopped
   * @param stale runs that a woken node still held
   * @param refused how often it was refused to write for one
   */
  record Outcome(int stops, int stale, int refused, List<String> problems, Duration took) {}

  Outcome play(Cluster cluster) {
    Map<String, String> settings = Map.of("TMUXBUILDER_RUNS_CONCURRENT", Integer.toString(runs));
    while (cluster.ready().size() < 2) {
      cluster.start(settings);
    }
    long start = System.nanoTime();
    int stale = 0;
    int refused = 0;
    int stops = 0;
    List<String> problems = new ArrayList<>();
    for (; stale < wanted && stops < wanted; stops++) {
      cluster.awaitReady(2);
      Node victim = cluster.ready().get(stops % 2);
      Round round = round(cluster, victim, stops);
      stale += round.stale();
      refused += round.refused();
      problems.addAll(round.problems());
    }
    Ledger ledger = new Ledger(cluster);
    ledger.awaitTheEnd(PATIENCE);
    problems.addAll(ledger.findings(List.of()).all());
    return new Outcome(
        stops, stale, refused, problems, Duration.ofNanos(System.nanoTime() - start));
  }

  private record Round(int stale, int refused, List<String> problems) {}

  private Round round(Cluster cluster, Node victim, int stop) {
    List<Client.Created> sites = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      sites.add(new Integrator(victim.client()).create("# Fenced " + stop + " " + i, "static"));
    }
    Awaitility.await("the node has runs in its hands")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> inHandsOf(cluster, victim).size() >= (runs + 1) / 2);
    Pause.of(Duration.ofMillis(37L * (stop % 30)));
    victim.pause();
    List<String> held = inHandsOf(cluster, victim);
    Awaitility.await("others take over")
        .atMost(PATIENCE)
        .until(() -> inHandsOf(cluster, victim).isEmpty());
    Integrator owner = new Integrator(cluster.operator());
    sites.forEach(site -> owner.post("/api/cancel/" + site.id(), ""));
    Ledger ledger = new Ledger(cluster);
    ledger.awaitTheEnd(PATIENCE);
    String before = fingerprint(cluster);
    int refusedBefore = refusals(victim);

    victim.goOn();

    List<String> problems = new ArrayList<>();
    try {
      Awaitility.await("the node gives them up")
          .atMost(Duration.ofSeconds(20))
          .until(() -> refusals(victim) - refusedBefore >= held.size());
    } catch (org.awaitility.core.ConditionTimeoutException fewer) {
      problems.add(
          victim.name()
              + " was refused "
              + (refusals(victim) - refusedBefore)
              + " times for "
              + held.size()
              + " runs");
    }
    cluster.awaitReady(victim);
    if (!fingerprint(cluster).equals(before)) {
      problems.add(victim.name() + " has written after it was woken");
    }
    return new Round(held.size(), refusals(victim) - refusedBefore, problems);
  }

  private static List<String> inHandsOf(Cluster cluster, Node node) {
    return cluster.sql(
        "select task_instance from scheduled_tasks where picked and picked_by = '"
            + node.name()
            + "'");
  }

  private static int refusals(Node node) {
    return (int)
        node.process()
            .log(Integer.MAX_VALUE)
            .lines()
            .filter(line -> REFUSED.stream().anyMatch(line::contains))
            .count();
  }

  /** All that a run may write in the database. */
  private static String fingerprint(Cluster cluster) {
    List<String> parts = new ArrayList<>();
    for (String table :
        List.of("executions", "runs", "steps", "events", "releases", "test_reports")) {
      parts.addAll(
          cluster.sql(
              "select '"
                  + table
                  + "' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from "
                  + table
                  + " t"));
    }
    return parts.toString();
  }
}

package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.cluster.Moments.Moment;
import dev.tmuxbuilder.service.Client;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;

/**
 * Kills the owner of a run at named moments of its steps, again and again, while another node takes
 * over and a new one is started. The run must end well, once.
 */
final class CrashMatrix {
  static final List<String> STEPS =
      List.of(
          "create_user",
          "create_session",
          "generate_site",
          "deploy",
          "health_check",
          "screenshot",
          "e2e_tests");

  /** These say nothing while they work, and take milliseconds. */
  private static final List<String> SILENT = List.of("create_user", "create_session");

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final Cluster cluster;
  private final Random random = new Random(11);

  CrashMatrix(Cluster cluster) {
    this.cluster = cluster;
  }

  record Stop(String step, Moment moment) {}

  /**
   * One run, killed at each stop.
   *
   * @param takeovers how long it took each time until another node owned the run
   * @param missed stops that the run had passed before it could be killed there
   */
  record Outcome(
      String type,
      String execution,
      int kills,
      List<Duration> takeovers,
      List<Stop> missed,
      List<String> problems) {
    Duration longest() {
      return takeovers.stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }
  }

  /** The same moment of every step, in their order. */
  static List<Stop> eachStep(Moment moment) {
    return STEPS.stream().map(step -> new Stop(step, moment)).toList();
  }

  Outcome play(String type, List<Stop> stops) throws SQLException {
    List<Duration> takeovers = new ArrayList<>();
    List<Stop> missed = new ArrayList<>();
    int kills = 0;
    Client.Created site;
    try (Moments moments = new Moments(cluster)) {
      aim(moments, stops.getFirst());
      site = new Integrator(cluster.client()).create("# Killed, " + type + "\n\n## Again", type);
      for (int i = 0; i < stops.size(); i++) {
        Stop stop = stops.get(i);
        if (!await(moments, site, stop)) {
          missed.add(stop);
        } else {
          Awaitility.await("another node could take over")
              .atMost(PATIENCE)
              .until(() -> cluster.ready().size() >= 2);
          long lease = lease(site);
          Node owner = cluster.owner(site.id()).orElseThrow();
          boolean during = stop.moment() == Moment.DURING && SILENT.contains(stop.step());
          if (during) {
            if (i + 1 < stops.size()) { // no further than that: it is the next to be shown
              moments.alsoAt(stops.get(i + 1).step(), Moment.BEFORE);
            }
            moments.letGo(stop.step());
            Pause.of(Duration.ofMillis(random.nextInt(12)));
          }
          owner.kill();
          long killed = System.nanoTime();
          kills++;
          moments.dropWhoWaits();
          if (during) {
            moments.holdAgain(stop.step());
          }
          if (i + 1 < stops.size()) {
            aim(moments, stops.get(i + 1));
          } else {
            moments.nowhere();
          }
          cluster.begin(Map.of());
          Awaitility.await(site.id() + " is taken over after " + stop)
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(20))
              .until(() -> lease(site) > lease);
          takeovers.add(Duration.ofNanos(System.nanoTime() - killed));
          continue;
        }
        if (i + 1 < stops.size()) {
          aim(moments, stops.get(i + 1));
        }
      }
      moments.nowhere();
      Client.Created asked = site;
      Awaitility.await(site.id() + " ends")
          .atMost(PATIENCE)
          .until(() -> !List.of("pending", "running").contains(status(asked)));
    }
    new Ledger(cluster).awaitTheEnd(PATIENCE);
    return new Outcome(type, site.id(), kills, takeovers, missed, problems(site));
  }

  private void aim(Moments moments, Stop stop) throws SQLException {
    boolean silent = stop.moment() == Moment.DURING && SILENT.contains(stop.step());
    moments.at(stop.step(), silent ? Moment.BEFORE : stop.moment());
  }

  /** Whether the run came to the stop, and was not beyond it already. */
  private boolean await(Moments moments, Client.Created site, Stop stop) {
    String done =
        "select 1 from steps where status = 'completed' and execution_id = '"
            + site.id()
            + "' and step = "
            + (STEPS.indexOf(stop.step()) + 1);
    Awaitility.await(site.id() + " comes to " + stop)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> moments.held() || !cluster.sql(done).isEmpty());
    return cluster.sql(done).isEmpty();
  }

  private List<String> problems(Client.Created site) {
    List<String> problems = new ArrayList<>();
    if (!status(site).equals("completed")) {
      problems.add(
          site.id()
              + " is "
              + status(site)
              + " "
              + cluster.sql(
                  "select error::text from executions where execution_id = '" + site.id() + "'"));
    }
    long releases =
        Long.parseLong(
            cluster
                .sql("select count(receipt) from releases where execution_id = '" + site.id() + "'")
                .getFirst());
    if (releases != 1) {
      problems.add(site.id() + " has " + releases + " receipts");
    }
    Ledger ledger = new Ledger(cluster);
    problems.addAll(ledger.findings(List.of(site.id())).all());
    problems.addAll(ledger.servedWrongly(List.of(site.id())));
    problems.addAll(ledger.processesTooMany());
    return problems;
  }

  private long lease(Client.Created site) {
    return Long.parseLong(
        cluster
            .sql("select lease from executions where execution_id = '" + site.id() + "'")
            .getFirst());
  }

  private String status(Client.Created site) {
    return cluster
        .sql("select status from executions where execution_id = '" + site.id() + "'")
        .getFirst();
  }
}

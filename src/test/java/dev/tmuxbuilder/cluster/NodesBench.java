package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.cluster.Moments.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The long form of what {@link NodesTest} shows: DIRECTORY SCENARIO…, a table in Markdown on
 * standard output. Exit code 0 only where every goal is met.
 */
public final class NodesBench {
  private final Path folder;
  private boolean missed;

  private NodesBench(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    // Whoever ends the bench ends its servers too.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () ->
                    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly)));
    NodesBench bench = new NodesBench(Path.of(arguments[0]));
    System.out.println("| scenario | size | seen | goal | |");
    System.out.println("| --- | --- | --- | --- | --- |");
    for (String scenario : Arrays.copyOfRange(arguments, 1, arguments.length)) {
      bench.run(scenario);
    }
    System.exit(bench.missed ? 1 : 0);
  }

  private void run(String scenario) throws Exception {
    Path place = Files.createTempDirectory(folder, scenario.replace(':', '-'));
    String[] parts = scenario.split(":");
    int size = parts.length > 1 && parts[1].matches("\\d+") ? Integer.parseInt(parts[1]) : 0;
    switch (parts[0]) {
      case "soak" -> soak(place, size == 0 ? 1_000 : size);
      case "crash" ->
          crash(place, parts.length > 1 ? List.of(parts[1]) : List.of("static", "dynamic"));
      case "fencing" -> fencing(place, size == 0 ? 100 : size);
      case "database" -> database(place);
      case "upgrade" -> upgrade(place, size == 0 ? 20 : size);
      case "clock" -> clock(place);
      case "names" -> names(place);
      default -> throw new IllegalArgumentException(scenario);
    }
  }

  private void soak(Path place, int executions)
      throws IOException, SQLException, InterruptedException {
    try (Cluster cluster = new Cluster(place, Map.of("TMUXBUILDER_RUNS_CONCURRENT", "6"))) {
      Soak.Outcome seen =
          new Soak(
                  executions,
                  25,
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(15),
                  Duration.ofSeconds(Math.max(420, executions)))
              .run(cluster);
      row(
          "soak, 3 nodes",
          executions + " executions",
          "%d accepted (%s), %d kills, %d lost, %d doubled, %d with a gap, %d wrong on disk, longest silence %s (%s), %s"
              .formatted(
                  seen.asked(),
                  String.join(", ", seen.ends()),
                  seen.kills(),
                  seen.findings().lost().size(),
                  seen.findings().doubled().size(),
                  seen.findings().gaps().size(),
                  seen.findings().onDisk().size(),
                  seconds(seen.silence()),
                  seen.silent(),
                  seconds(seen.took())),
          "0 lost, doubled, stuck over 60 s; no gap",
          seen.asked() == executions
              && seen.findings().all().isEmpty()
              && seen.silence().toSeconds() < 60);
      tell(seen.findings().all());
    }
  }

  private void crash(Path place, List<String> types) throws IOException, SQLException {
    try (Cluster cluster = new Cluster(place, Map.of())) {
      cluster.begin();
      cluster.begin();
      cluster.begin();
      cluster.awaitReady(3);
      CrashMatrix matrix = new CrashMatrix(cluster);
      for (String type : types) {
        for (Moment moment : Moment.values()) {
          CrashMatrix.Outcome seen = matrix.play(type, CrashMatrix.eachStep(moment));
          row(
              "crash, " + type + ", " + moment.name().toLowerCase(Locale.ROOT) + " each step",
              seen.kills() + " kills",
              "%d problems, %d moments missed, taken over after %s at most"
                  .formatted(seen.problems().size(), seen.missed().size(), seconds(seen.longest())),
              "completed, once; resumed within 30 s",
              seen.problems().isEmpty()
                  && seen.missed().isEmpty()
                  && seen.longest().toSeconds() < 30);
          tell(seen.problems());
          tell(seen.missed().stream().map(CrashMatrix.Stop::toString).toList());
        }
      }
    }
  }

  private void fencing(Path place, int stale) throws IOException, SQLException {
    try (Cluster cluster = new Cluster(place, Map.of())) {
      Fencing.Outcome seen = new Fencing(stale, 10).play(cluster);
      row(
          "fencing: a node is stopped and wakes up",
          seen.stops() + " stops, " + seen.stale() + " runs in hand",
          "%d refused, %d problems, %s"
              .formatted(seen.refused(), seen.problems().size(), seconds(seen.took())),
          "every stale write refused, " + stale + " times",
          seen.refused() >= seen.stale() && seen.stale() >= stale && seen.problems().isEmpty());
      tell(seen.problems());
    }
  }

  private void database(Path place) throws IOException, SQLException {
    try (Cluster cluster = new Cluster(place, Map.of("TMUXBUILDER_RUNS_CONCURRENT", "2"))) {
      DatabaseRestart.Outcome seen = new DatabaseRestart(5, 5).play(cluster);
      row(
          "PostgreSQL restarted, connections cut",
          "5 restarts, 10 cuts of " + seen.cut() + " connections",
          "%d accepted, %d refused or unanswered, %d lost, %d other problems, longest silence %s"
              .formatted(
                  seen.accepted(),
                  seen.refused(),
                  seen.findings().lost().size(),
                  seen.findings().all().size() - seen.findings().lost().size(),
                  seconds(seen.silence()) + " (" + seen.of() + ")"),
          "no success that did not last; runs go on",
          seen.findings().all().isEmpty() && seen.silence().toSeconds() < 60);
      tell(seen.findings().all());
    }
  }

  private void upgrade(Path place, int sites) throws Exception {
    try (Cluster cluster = new Cluster(place, Map.of("TMUXBUILDER_RUNS_CONCURRENT", "2"))) {
      RollingUpgrade.Outcome seen =
          new RollingUpgrade(100, sites, Duration.ofSeconds(3)).play(cluster);
      row(
          "rolling upgrade of 3 nodes, 20 runs a minute",
          sites + " sites, " + seen.streams() + " streams",
          "%s; %d events read, %d reconnects, a node stops in %s at most, %d problems"
              .formatted(
                  String.join(", ", seen.ends()),
                  seen.events(),
                  seen.reconnects(),
                  seconds(seen.longestStop()),
                  seen.problems().size()),
          "no failed run, no event lost or doubled",
          seen.problems().isEmpty());
      tell(seen.problems());
    }
  }

  private void clock(Path place) throws IOException, SQLException {
    try (Cluster cluster = new Cluster(place, Map.of())) {
      ClockJump.Outcome seen = new ClockJump(place).play(cluster);
      row(
          "a node's clock set by an hour, forward and back",
          "3 jumps, " + seen.asked() + " sites",
          "%d problems, longest silence %s"
              .formatted(seen.problems().size(), seconds(seen.silence())),
          "no loss, nothing stuck, no restart",
          seen.problems().isEmpty() && seen.silence().toSeconds() < 60);
      tell(seen.problems());
    }
  }

  private void names(Path place) throws IOException, SQLException {
    try (Cluster cluster = new Cluster(place, Map.of())) {
      NameOutage.Outcome seen = new NameOutage(place).play(cluster);
      row(
          "the database's name does not resolve",
          "1 outage",
          "ready said 503, a wish got %d, well again after %s, %d problems"
              .formatted(
                  seen.wish().statusCode(), seconds(seen.recovery()), seen.problems().size()),
          "a clear state, no loss, no restart",
          seen.problems().isEmpty() && seen.wish().statusCode() >= 500);
      tell(seen.problems());
    }
  }

  private void row(String scenario, String size, String seen, String goal, boolean met) {
    missed |= !met;
    System.out.printf(
        "| %s | %s | %s | %s | %s |%n", scenario, size, seen, goal, met ? "met" : "MISSED");
  }

  private static void tell(List<String> problems) {
    problems.stream().limit(20).forEach(problem -> System.err.println("  " + problem));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
  }
}

package dev.tmuxbuilder.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.cluster.CrashMatrix.Stop;
import dev.tmuxbuilder.cluster.Moments.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to nodes, nothing is lost, doubled or stuck: the short form of bench/nodes. */
class NodesTest {
  private static final Map<String, String> SETTINGS = Map.of("TMUXBUILDER_RUNS_CONCURRENT", "4");

  @Test
  void nodesDieWhileManySitesAreBuilt(@TempDir Path folder)
      throws IOException, SQLException, InterruptedException {
    try (Cluster cluster = new Cluster(folder, SETTINGS)) {
      Soak.Outcome outcome =
          new Soak(30, 10, Duration.ofSeconds(6), Duration.ofSeconds(10), Duration.ofMinutes(3))
              .run(cluster);

      assertThat(outcome.findings().all()).isEmpty();
      assertThat(outcome.asked()).isEqualTo(30);
      assertThat(outcome.silence()).as(outcome.silent()).isLessThan(Duration.ofSeconds(60));
      assertThat(outcome.kills()).isPositive();
    }
  }

  @Test
  void aRunWhoseOwnersDieAtAnyMomentEndsOnce(@TempDir Path folder)
      throws IOException, SQLException {
    try (Cluster cluster = new Cluster(folder, SETTINGS)) {
      cluster.begin();
      cluster.begin();
      cluster.awaitReady(2);
      CrashMatrix matrix = new CrashMatrix(cluster);
      for (CrashMatrix.Outcome outcome :
          List.of(
              matrix.play(
                  "dynamic",
                  List.of(
                      new Stop("create_session", Moment.BEFORE),
                      new Stop("deploy", Moment.AFTER),
                      new Stop("e2e_tests", Moment.AFTER))),
              matrix.play(
                  "static",
                  List.of(
                      new Stop("generate_site", Moment.DURING),
                      new Stop("deploy", Moment.DURING))))) {
        assertThat(outcome.problems()).isEmpty();
        assertThat(outcome.missed()).isEmpty();
        assertThat(outcome.longest()).isLessThan(Duration.ofSeconds(30));
      }
    }
  }

  @Test
  void aNodeThatWakesUpWritesNothingOverItsSuccessor(@TempDir Path folder)
      throws IOException, SQLException {
    try (Cluster cluster = new Cluster(folder, Map.of())) {
      Fencing.Outcome outcome = new Fencing(3, 3).play(cluster);

      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.stale()).isGreaterThanOrEqualTo(3);
      assertThat(outcome.refused()).isEqualTo(outcome.stale());
    }
  }

  @Test
  void theDatabaseComesAndGoesAndNoAcceptedSiteIsLost(@TempDir Path folder)
      throws IOException, SQLException {
    try (Cluster cluster = new Cluster(folder, Map.of("TMUXBUILDER_RUNS_CONCURRENT", "2"))) {
      DatabaseRestart.Outcome outcome = new DatabaseRestart(1, 1).play(cluster);

      assertThat(outcome.findings().all()).isEmpty();
      assertThat(outcome.accepted()).isPositive();
      assertThat(outcome.cut()).isPositive();
      assertThat(outcome.silence()).as(outcome.of()).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void nodesAreReplacedUnderTheirWatchers(@TempDir Path folder) throws Exception {
    try (Cluster cluster = new Cluster(folder, Map.of("TMUXBUILDER_RUNS_CONCURRENT", "2"))) {
      RollingUpgrade.Outcome outcome =
          new RollingUpgrade(12, 3, Duration.ofSeconds(2)).play(cluster);

      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.reconnects()).isPositive();
      assertThat(outcome.longestStop()).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void aClockThatIsSetByAnHourHoldsNothingUp(@TempDir Path folder)
      throws IOException, SQLException {
    try (Cluster cluster = new Cluster(folder, Map.of())) {
      ClockJump.Outcome outcome = new ClockJump(folder).play(cluster);

      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.silence()).as(outcome.of()).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void aNameThatDoesNotResolveIsSaidAndWaitedFor(@TempDir Path folder)
      throws IOException, SQLException {
    try (Cluster cluster = new Cluster(folder, Map.of())) {
      NameOutage.Outcome outcome = new NameOutage(folder).play(cluster);

      assertThat(outcome.problems()).isEmpty();
      assertThat(outcome.ready()).contains("DOWN");
      assertThat(outcome.wish().statusCode()).isEqualTo(503);
      assertThat(outcome.wish().body()).contains("\"unavailable\"");
      assertThat(outcome.recovery()).isLessThan(Duration.ofSeconds(30));
    }
  }
}

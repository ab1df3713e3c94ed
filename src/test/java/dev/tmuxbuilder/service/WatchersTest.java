package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.bench.Swarm;
import dev.tmuxbuilder.bench.Watcher;
import dev.tmuxbuilder.cluster.Balancer;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.ExecutionStatus;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.store.Pen;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds who watch two nodes of one service at the same time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchersTest {
  private static final int WATCHERS = 300;
  private static final int LONG_JOURNAL = 20_000;
  private static final int BATCH = 200;

  private Path folder;
  private final Random random = new Random(1);
  private SharedDatabase postgres;
  private Balancer sites;
  private ServerProcess first;
  private ServerProcess second;

  @BeforeAll
  void startTwoNodes(@TempDir Path shared, @TempDir Path database)
      throws IOException, SQLException {
    folder = shared;
    postgres = SharedDatabase.start(database);
    sites = new Balancer();
    first = node("first");
    second = node("second");
    sites.to(first.sitesPort(), second.sitesPort());
    first.start();
    second.start();
  }

  @AfterAll
  void stopAll() throws IOException {
    first.close();
    second.close();
    sites.close();
    postgres.close();
  }

  private ServerProcess node(String name) {
    ServerProcess node = new ServerProcess(folder.resolve("data"));
    postgres.settings().forEach(node::with);
    return node.with("TMUXBUILDER_NODE_NAME", name)
        .with("TMUXBUILDER_SITES_PUBLIC_PORT", Integer.toString(sites.port()))
        .with("TMUXBUILDER_RUNS_HEARTBEAT", "1s")
        .with("TMUXBUILDER_RUNS_CONCURRENT", "1")
        .with("TMUXBUILDER_STREAM_HEARTBEAT", "2s");
  }

  private String url() {
    return "postgresql://" + postgres.address() + "/" + SharedDatabase.NAME;
  }

  @Test
  void everyEventComesOnceOverNodesThatComeAndGo() {
    try (Swarm swarm = new Swarm()) {
      Client.Created site = first.client().create("# Watched by many");
      List<Watcher> all =
          IntStream.range(0, WATCHERS).mapToObj(i -> watcher(swarm, site, 0)).toList();
      patience().until(() -> all.getFirst().last() > 1);

      first.kill();
      whileMovingAbout(all).until(() -> aThirdIsBack(all));
      first.start();
      whileMovingAbout(all).until(() -> all.stream().allMatch(Watcher::ended));

      long newest = site.status().get("next_since").asLong();
      assertThat(all).extracting(Watcher::last).containsOnly(newest);
      assertThat(all).extracting(Watcher::wrong).containsOnly(0);
      assertThat(all).extracting(Watcher::refused).containsOnly("");
      nobodyIsRemembered(Duration.ofSeconds(1));
    }
  }

  /** While the condition is waited for, some of them hang up and come back to either node. */
  private ConditionFactory whileMovingAbout(List<Watcher> all) {
    return patience()
        .conditionEvaluationListener(
            ignored ->
                IntStream.range(0, 10)
                    .mapToObj(i -> all.get(random.nextInt(all.size())))
                    .filter(one -> !one.ended())
                    .forEach(one -> one.comeBack(address(random.nextBoolean() ? first : second))));
  }

  private static boolean aThirdIsBack(List<Watcher> all) {
    return all.stream().filter(Watcher::greeted).count() > all.size() / 3;
  }

  @Test
  void whoNeverReadsHoldsNobodyUpAndLosesNothing() throws IOException {
    Client.Created busy = first.client().create("# The first node works on this");
    Client.Created too = first.client().create("# The second on this");
    Client.Created site = first.client().create("# This one waits");
    String secret = Files.readString(folder.resolve("data/postgres.service.secret")).strip();
    try (Swarm swarm = new Swarm();
        Pen pen = new Pen(url(), "sites_app", secret, 4)) {
      Pen.Owned owned = pen.own(ExecutionId.of(site.id()));
      List.of(busy, too).forEach(other -> other.client().post("/api/cancel/" + other.id(), ""));
      for (int i = 0; i < LONG_JOURNAL / BATCH; i++) {
        write(owned, BATCH);
      }
      long before = owned.lastSeq() + LONG_JOURNAL;
      List<Watcher> silent = IntStream.range(0, 10).mapToObj(i -> watcher(swarm, site, 0)).toList();
      silent.forEach(one -> one.reading(false));
      List<Watcher> others =
          IntStream.range(0, 20).mapToObj(i -> watcher(swarm, site, before)).toList();
      patience().until(() -> subscribers(first) + subscribers(second) == 30);

      write(owned, 1);
      Awaitility.await("the others get it soon")
          .atMost(Duration.ofSeconds(2))
          .until(() -> others.stream().allMatch(one -> one.last() == before + 1));
      assertThat(silent).extracting(Watcher::last).allMatch(last -> last < before);

      silent.forEach(one -> one.reading(true));
      patience().until(() -> silent.stream().allMatch(one -> one.last() == before + 1));
      assertThat(silent).extracting(Watcher::wrong).containsOnly(0);
      assertThat(silent).extracting(Watcher::cut).containsOnly(0);

      silent.forEach(Watcher::leave);
      others.forEach(Watcher::leave);
      nobodyIsRemembered(Duration.ofSeconds(1));
    }
  }

  @Test
  void theEndOfARunIsToldThoughItsNodeDiedBeforeItCouldSaySo() throws IOException {
    Client.Created busy = first.client().create("# The first node works on this");
    Client.Created too = first.client().create("# The second on this");
    Client.Created site = first.client().create("# This one waits");
    String secret = Files.readString(folder.resolve("data/postgres.service.secret")).strip();
    try (Swarm swarm = new Swarm();
        Pen pen = Pen.mute(url(), "sites_app", secret)) {
      Pen.Owned owned = pen.own(ExecutionId.of(site.id()));
      List<Watcher> all =
          IntStream.range(0, 10).mapToObj(i -> watcher(swarm, site, owned.lastSeq())).toList();
      patience().until(() -> subscribers(first) + subscribers(second) == 10);
      owned
          .journal()
          .write(new Line.RunEnded(owned.journal().now(), ExecutionStatus.CANCELLED, null, null))
          .await()
          .atMost(Duration.ofSeconds(10));
      List.of(busy, too).forEach(other -> other.client().post("/api/cancel/" + other.id(), ""));
      assertThat(all).extracting(Watcher::ended).containsOnly(false);

      pen.fallSilent(ExecutionId.of(site.id()));
      patience().until(() -> all.stream().allMatch(Watcher::ended));
      assertThat(all).extracting(Watcher::last).containsOnly(owned.lastSeq() + 1);
      assertThat(site.status().get("status").asText()).isEqualTo("cancelled");
    }
  }

  @Test
  void aStreamComesOverHttp2AndAsksProxiesNotToHoldIt() throws Exception {
    Client.Created site = second.client().create("# Over HTTP/2");
    site.client().post("/api/cancel/" + site.id(), "");
    site.end();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      HttpResponse<InputStream> answer =
          http.send(
              site.client().request("/api/status/" + site.id() + "/stream").build(),
              HttpResponse.BodyHandlers.ofInputStream());

      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.headers().firstValue("content-type")).contains("text/event-stream");
      assertThat(answer.headers().firstValue("x-accel-buffering")).contains("no");
      assertThat(answer.headers().firstValue("cache-control")).contains("no-cache, no-transform");
      try (InputStream body = answer.body()) {
        assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
            .startsWith(": still here\n\n")
            .contains("id: 1\nevent: status\ndata: {")
            .contains("event: end\ndata: {");
      }
    }
  }

  private Watcher watcher(Swarm swarm, Client.Created site, long since) {
    return swarm.watch(
        new InetSocketAddress("127.0.0.1", 0),
        address(random.nextBoolean() ? first : second),
        "/api/status/" + site.id() + "/stream",
        site.client().token().orElseThrow(),
        since,
        (seq, nanos) -> {});
  }

  private static void write(Pen.Owned owned, int lines) {
    List<Line> batch = new ArrayList<>();
    for (int i = 0; i < lines; i++) {
      batch.add(
          new Line.Log(
              owned.journal().now(),
              Level.INFO,
              StepName.GENERATE_SITE,
              "page",
              "What an agent says while it works on a page, at some length: " + "word ".repeat(20),
              Map.of("line", i)));
    }
    owned.journal().write(batch.toArray(Line[]::new)).await().atMost(Duration.ofSeconds(10));
  }

  private void nobodyIsRemembered(Duration within) {
    Awaitility.await("nobody who has left is remembered")
        .atMost(within)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> subscribers(first) + subscribers(second) == 0);
  }

  private static long subscribers(ServerProcess node) {
    return node.client()
        .get("/q/metrics")
        .body()
        .lines()
        .filter(line -> line.matches("tmuxbuilder_stream_(subscribers|topics)[ {].*"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .max()
        .orElseThrow();
  }

  private static InetSocketAddress address(ServerProcess node) {
    return new InetSocketAddress("127.0.0.1", node.port());
  }

  private static ConditionFactory patience() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(90))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(50));
  }
}

package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.ServerDatabase.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.cluster.Balancer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Servers that share a database and a data directory, as behind a load balancer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyNodesTest {
  private @TempDir Path folder;
  private SharedDatabase database;

  @BeforeAll
  void startTheDatabase(@TempDir Path place) throws IOException, SQLException {
    database = SharedDatabase.start(place);
  }

  @AfterAll
  void stopTheDatabase() throws IOException {
    database.close();
  }

  /** Sites are reached through something in front, which outlives every node. */
  private ServerProcess node(String name, Balancer sites) {
    ServerProcess node = new ServerProcess(folder.resolve("data"));
    database.settings().forEach(node::with);
    return node.with("TMUXBUILDER_NODE_NAME", name)
        .with("TMUXBUILDER_SITES_PUBLIC_PORT", Integer.toString(sites.port()))
        .with("TMUXBUILDER_RUNS_HEARTBEAT", "1s")
        .with("TMUXBUILDER_RUNS_CONCURRENT", "1");
  }

  @Test
  void aRunOfANodeThatIsKilledIsEndedOnceByAnother() throws IOException, SQLException {
    try (Balancer sites = new Balancer();
        ServerProcess first = node("first", sites);
        ServerProcess second = node("second", sites)) {
      sites.to(first.sitesPort(), second.sitesPort());
      first.start();
      Client.Created site = first.client().create("# Taken over");
      Awaitility.await("the only node builds it")
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(50))
          .until(() -> site.status().get("current_step").asInt() >= 4);
      second.start();
      assertThat(names(second.operator())).containsExactly("first", "second");
      assertThat(on(second, site).client().get("/api/nodes").statusCode()).isEqualTo(403);

      first.kill();

      assertThat(on(second, site).completed().get("release").asInt()).isEqualTo(1);
      try (Connection owner = database.asSuperuser()) {
        String mine = " where execution_id = '" + site.id() + "'";
        assertThat(texts(owner, "select receipt->>'release' from releases" + mine))
            .containsExactly("1");
        assertThat(texts(owner, "select count(*) - max(seq) from events" + mine))
            .as("events missing")
            .containsExactly("0");
        assertThat(texts(owner, "select seq from events" + mine + " and data ? 'receipt_sha256'"))
            .as("receipts written")
            .hasSize(1);
      }
      Awaitility.await("the dead node is off the list")
          .atMost(Duration.ofSeconds(15))
          .until(() -> names(second.operator()).equals(List.of("second")));
    }
  }

  @Test
  void aTenantWithMuchWaitingDelaysAnotherByOneRunAtMost() throws IOException, SQLException {
    try (Balancer sites = new Balancer();
        ServerProcess only = node("only", sites)) {
      sites.to(only.sitesPort());
      only.start();
      Map<String, Object> wish = Client.wish("# One of many");
      Client.Created first = only.client().create(wish);
      List<Client.Created> greedy = new ArrayList<>(List.of(first));
      for (int i = 0; i < 6; i++) {
        greedy.add(first.client().create(wish));
      }
      Client.Created modest = only.client().create("# The only one");

      modest.completed();

      assertThat(greedy.stream().filter(ManyNodesTest::isDone))
          .as("runs of the other that were done before")
          .hasSizeLessThanOrEqualTo(2);
      greedy.forEach(site -> site.client().post("/api/cancel/" + site.id(), ""));
    }
  }

  private static boolean isDone(Client.Created site) {
    return site.status().get("status").asText().equals("completed");
  }

  /** The same site, asked for at another node. */
  private static Client.Created on(ServerProcess node, Client.Created site) {
    return new Client.Created(node.client().as(site.client().token().orElseThrow()), site.answer());
  }

  private static List<String> names(Client operator) {
    JsonNode nodes = operator.json(operator.get("/api/nodes"), 200).get("nodes");
    return StreamSupport.stream(nodes.spliterator(), false)
        .map(node -> node.get("name").asText())
        .toList();
  }
}

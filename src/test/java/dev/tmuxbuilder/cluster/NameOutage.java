package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.SharedDatabase;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * Lets the database's name resolve no more, while a site is built, and cuts the connections: so all
 * of them have to be made again by name. The JVM takes names from a file that it reads each time.
 */
record NameOutage(Path folder) {
  private static final String NAME = "database.test";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** What happened. */
  record Outcome(
      String ready, HttpResponse<String> wish, Duration recovery, List<String> problems) {}

  Outcome play(Cluster cluster) throws IOException, SQLException {
    names(true);
    String address = cluster.database().address().replace("127.0.0.1", NAME);
    Node node =
        cluster.start(
            Map.of(
                "QUARKUS_DATASOURCE_REACTIVE_URL",
                "postgresql://" + address + "/" + SharedDatabase.NAME,
                "JAVA_TOOL_OPTIONS",
                "-Djdk.net.hosts.file="
                    + hosts()
                    + " -Dsun.net.inetaddr.ttl=1 -Dsun.net.inetaddr.negative.ttl=1"));
    Client.Created site = new Integrator(node.client()).create("# Without a name", "static");
    site.await(now -> now.get("current_step").asInt() >= 3);

    names(false);
    Pause.of(Duration.ofSeconds(2)); // the JVM remembers a name for one
    Awaitility.await("the node says that it cannot work")
        .atMost(SOON)
        .until(
            () -> {
              cluster.database().cutConnections();
              return node.client().get("/q/health/ready").statusCode() == 503;
            });
    String ready = node.client().get("/q/health/ready").body();
    HttpResponse<String> wish =
        node.client().post("/api/create-user", Client.text(Client.wish("# Too early")));
    names(true);

    long start = System.nanoTime();
    Awaitility.await("the node is well again").atMost(SOON).until(node::answers);
    Duration recovery = Duration.ofNanos(System.nanoTime() - start);
    List<String> problems = new ArrayList<>();
    String end = site.end().get("status").asText();
    if (!end.equals("completed")) {
      problems.add(site.id() + " is " + end + ": " + site.status().get("error"));
    }
    Ledger ledger = new Ledger(cluster);
    ledger.awaitTheEnd(Duration.ofSeconds(60));
    problems.addAll(ledger.findings(List.of(site.id())).all());
    return new Outcome(ready, wish, recovery, problems);
  }

  private Path hosts() {
    return folder.resolve("hosts");
  }

  private void names(boolean known) throws IOException {
    Path fresh =
        Files.writeString(
            folder.resolve("hosts.new"),
            "127.0.0.1 localhost\n" + (known ? "127.0.0.1 " + NAME + "\n" : ""));
    Files.move(fresh, hosts(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}

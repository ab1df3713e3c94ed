package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes the database away while sites are asked for and built: restarts it, and cuts connections.
 *
 * @param restarts how often it is restarted, with two cuts of all connections before each
 * @param whole how many sites go the whole way through a browser; all others are cancelled
 */
record DatabaseRestart(int restarts, int whole) {
  private static final Duration BETWEEN = Duration.ofSeconds(2);

  /** What happened. */
  record Outcome(
      int accepted, int refused, int cut, Ledger.Findings findings, Duration silence, String of) {}

  Outcome play(Cluster cluster) throws IOException, SQLException {
    while (cluster.ready().size() < 2) {
      cluster.start();
    }
    Queue<String> accepted = new ConcurrentLinkedQueue<>();
    AtomicInteger refused = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    int cut = 0;
    Ledger ledger = new Ledger(cluster);
    try (Silence silence = new Silence(cluster);
        ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        for (int client = 0; client < 2; client++) {
          clients.submit(() -> ask(cluster, accepted, refused, over));
        }
        for (int restart = 0; restart < restarts; restart++) {
          Pause.of(BETWEEN);
          cut += cluster.database().cutConnections();
          Pause.of(BETWEEN);
          cut += cluster.database().cutConnections();
          Pause.of(BETWEEN);
          cluster.database().restart();
          Pause.of(BETWEEN);
        }
      } finally {
        over.set(true);
      }
      cluster.awaitReady(2);
      List<String> all = new ArrayList<>(accepted);
      Integrator owner = new Integrator(cluster.operator());
      all.stream().skip(whole).forEach(id -> owner.post("/api/cancel/" + id, ""));
      ledger.awaitTheEnd(Duration.ofMinutes(4));
      return new Outcome(
          all.size(), refused.get(), cut, ledger.findings(all), silence.longest(), silence.of());
    }
  }

  /** Asks without a key and without a second try: an answer is an answer. */
  private static boolean ask(
      Cluster cluster, Queue<String> accepted, AtomicInteger refused, AtomicBoolean over) {
    while (!over.get()) {
      Map<String, Object> wish = Client.wish("# While the database comes and goes");
      try {
        HttpResponse<String> answer = cluster.client().post("/api/create-user", Client.text(wish));
        if (answer.statusCode() == 202) {
          accepted.add(Client.tree(answer.body()).get("execution_id").asText());
        } else {
          refused.incrementAndGet();
        }
      } catch (UncheckedIOException cut) {
        refused.incrementAndGet();
      }
      Pause.of(Duration.ofMillis(200));
    }
    return true;
  }
}

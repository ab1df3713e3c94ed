package dev.tmuxbuilder.cluster;

import static dev.tmuxbuilder.service.ServerDatabase.texts;

import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import dev.tmuxbuilder.service.SharedDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/**
 * Servers on one database and one data directory, behind two balancers: for the API, to those that
 * are ready, and for the sites, to those that answer.
 */
final class Cluster implements AutoCloseable {
  private static final Duration BOOT = Duration.ofSeconds(120);

  private final Path folder;
  private final SharedDatabase database;
  private final Map<String, String> settings;
  private final Balancer api = new Balancer();
  private final Balancer sites = new Balancer();
  private final List<Node> nodes = new CopyOnWriteArrayList<>();
  private final AtomicInteger started = new AtomicInteger();
  private volatile boolean closed;

  /**
   * @param settings of every node, besides those that make it one of several
   */
  Cluster(Path folder, Map<String, String> settings) throws IOException, SQLException {
    this.folder = folder;
    this.settings = settings;
    this.database = SharedDatabase.start(folder.resolve("database"));
  }

  /** Starts another node, and does not wait for it. */
  Node begin(Map<String, String> more, String... wrapper) {
    String name = "n" + started.incrementAndGet();
    Map<String, String> all = new HashMap<>(database.settings());
    all.put("TMUXBUILDER_NODE_NAME", name);
    all.put("TMUXBUILDER_SITES_PUBLIC_PORT", Integer.toString(sites.port()));
    all.put("TMUXBUILDER_RUNS_HEARTBEAT", "1s");
    all.put("TMUXBUILDER_BROWSER_POOL", "1");
    all.putAll(settings);
    all.putAll(more);
    ServerProcess process = new ServerProcess(data()).inside(wrapper);
    all.forEach(process::with);
    process.launch();
    Node node = new Node(name, process);
    nodes.add(node);
    Thread.ofVirtual().name("look at " + name).start(() -> watch(node));
    return node;
  }

  Node begin() {
    return begin(Map.of());
  }

  /** Starts another node and waits until it is ready. */
  Node start(Map<String, String> more, String... wrapper) {
    return awaitReady(begin(more, wrapper));
  }

  Node start() {
    return start(Map.of());
  }

  Node awaitReady(Node node) {
    Awaitility.await(node.name() + " is ready")
        .atMost(BOOT)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> node.ready() || !node.process().alive());
    if (!node.ready()) {
      throw new IllegalStateException(node.name() + " has ended:\n" + node.process().log());
    }
    return node;
  }

  /** Waits until so many nodes take requests. */
  void awaitReady(int many) {
    Awaitility.await(many + " nodes are ready").atMost(BOOT).until(() -> ready().size() >= many);
  }

  private void watch(Node node) {
    while (!closed && node.process().alive()) {
      if (node.look()) {
        balance();
      }
      Pause.of(Duration.ofMillis(100));
    }
    node.look();
    balance();
  }

  private synchronized void balance() {
    api.to(ready().stream().map(node -> node.process().port()).toList());
    sites.to(
        nodes.stream().filter(Node::answering).map(node -> node.process().sitesPort()).toList());
  }

  List<Node> ready() {
    return nodes.stream().filter(Node::ready).toList();
  }

  List<Node> all() {
    return List.copyOf(nodes);
  }

  Node named(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst().orElseThrow();
  }

  /** Whatever node answers. */
  Client client() {
    return new Client("http://127.0.0.1:" + api.port(), Optional.empty());
  }

  Client operator() {
    try {
      return client().as(Files.readString(data().resolve("operator.token")).strip());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  int sitesPort() {
    return sites.port();
  }

  Path data() {
    return folder.resolve("data");
  }

  SharedDatabase database() {
    return database;
  }

  /** The first column of what the database has, all tenants' rows. */
  List<String> sql(String query) {
    try (Connection superuser = database.asSuperuser()) {
      return texts(superuser, query);
    } catch (SQLException failed) {
      throw new IllegalStateException(query, failed);
    }
  }

  /** The node that holds the execution's job. */
  Optional<Node> owner(String execution) {
    return sql(
            "select picked_by from scheduled_tasks where picked and task_instance like '"
                + execution
                + "#%'")
        .stream()
        .findFirst()
        .map(this::named);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    nodes.forEach(Node::goOn);
    nodes.parallelStream().forEach(node -> node.process().close());
    api.close();
    sites.close();
    database.close();
  }
}

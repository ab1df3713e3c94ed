package dev.tmuxbuilder.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Looks, from outside, for what must never be: something lost, doubled or missing. */
final class Ledger {
  private final Cluster cluster;

  Ledger(Cluster cluster) {
    this.cluster = cluster;
  }

  /** What is wrong, in words that name it; nothing where all is well. */
  record Findings(List<String> lost, List<String> doubled, List<String> gaps, List<String> onDisk) {
    List<String> all() {
      return Stream.of(doubled, gaps, onDisk, lost).flatMap(List::stream).toList();
    }
  }

  /** Waits until every run has ended. */
  void awaitTheEnd(Duration patience) {
    Awaitility.await("every run ends")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(250))
        .until(() -> open().isEmpty());
  }

  List<String> open() {
    return cluster.sql(
        "select execution_id || ' is ' || status from executions"
            + " where status in ('pending', 'running')"
            + " union all select task_instance || ' is in the queue' from scheduled_tasks");
  }

  /**
   * @param accepted what the service said that it would do
   */
  Findings findings(Collection<String> accepted) {
    List<String> lost = new ArrayList<>(open());
    Set<String> known = Set.copyOf(cluster.sql("select execution_id from executions"));
    accepted.stream()
        .filter(id -> !known.contains(id))
        .forEach(id -> lost.add(id + " was accepted and is not there"));
    lost.addAll(
        cluster.sql(
            "select r.execution_id || ' run ' || r.run || ' is completed without a receipt'"
                + " from runs r left join releases l on l.execution_id = r.execution_id"
                + " and l.run = r.run and l.receipt is not null"
                + " where r.status = 'completed' and r.kind <> 'rollback' and l.run is null"));
    return new Findings(lost, doubled(), gaps(), onDisk());
  }

  private List<String> doubled() {
    List<String> doubled = new ArrayList<>();
    doubled.addAll(twice("releases", "select execution_id || ' run ' || run as it from releases"));
    doubled.addAll(
        twice(
            "receipts",
            "select execution_id || ' release ' || (data->>'release') as it from events"
                + " where data ? 'receipt_sha256'"));
    doubled.addAll(
        twice(
            "ends",
            "select execution_id || ' run ' || run as it from events where kind = 'status'"
                + " and data->>'status' in ('completed', 'failed', 'cancelled')"));
    doubled.addAll(
        twice(
            "steps completed",
            "select execution_id || ' run ' || run || ' ' || step as it from events"
                + " where kind = 'step' and data->>'status' = 'completed'"));
    return doubled;
  }

  private List<String> twice(String what, String rows) {
    return cluster.sql(
        "select it || ': ' || count(*) || ' "
            + what
            + "' from ("
            + rows
            + ") a group by it having count(*) > 1");
  }

  private List<String> gaps() {
    return cluster.sql(
        "select e.execution_id || ' has ' || count(v.seq) || ' of ' || e.last_seq || ' events'"
            + " from executions e left join events v using (execution_id)"
            + " group by e.execution_id, e.last_seq"
            + " having count(v.seq) <> e.last_seq or max(v.seq) <> e.last_seq");
  }

  /** The copies on disk say what the database says, once whoever writes them is done. */
  private List<String> onDisk() {
    List<String> wrong = new ArrayList<>();
    for (String row :
        cluster.sql(
            "select json_build_object('id', execution_id, 'user', user_id, 'session', session_id,"
                + " 'status', status, 'seq', last_seq, 'receipts',"
                + " (select json_agg(json_build_object('n', l.release,"
                + "  'sha', l.receipt->>'receipt_sha256'))"
                + "  from releases l where l.execution_id = e.execution_id"
                + "  and l.receipt is not null))::text from executions e"
                + " where status in ('completed', 'failed', 'cancelled')")) {
      JsonNode said = Client.tree(row);
      try {
        Awaitility.await()
            .atMost(Duration.ofSeconds(5))
            .pollInterval(Duration.ofMillis(50))
            .until(() -> difference(said).isEmpty());
      } catch (ConditionTimeoutException still) {
        wrong.add(said.get("id").asText() + ": " + difference(said));
      }
    }
    return wrong;
  }

  private String difference(JsonNode said) {
    Path deployment =
        cluster
            .data()
            .resolve("users")
            .resolve(said.get("user").asText())
            .resolve("sessions")
            .resolve(said.get("session").asText())
            .resolve("deployment");
    if (!Files.isDirectory(deployment)) { // it ended before it had one
      return "";
    }
    JsonNode copy = read(deployment.resolve("execution.json"));
    if (!copy.path("status").asText().equals(said.get("status").asText())) {
      return "execution.json says " + copy.path("status").asText("nothing");
    }
    for (JsonNode receipt : said.path("receipts")) {
      JsonNode kept =
          read(deployment.resolve("receipts").resolve(receipt.get("n").asText() + ".json"));
      if (!kept.path("receipt_sha256").asText().equals(receipt.get("sha").asText())) {
        return "receipts/" + receipt.get("n").asText() + ".json is another one, or none";
      }
    }
    return "";
  }

  private static JsonNode read(Path file) {
    try {
      return Client.tree(Files.readString(file));
    } catch (IOException | IllegalStateException none) {
      return Client.tree("{}");
    }
  }

  /** What each ready node serves of each live site: another release than the database names? */
  List<String> servedWrongly(Collection<String> executions) {
    Set<String> wanted = Set.copyOf(executions);
    List<String> wrong = new ArrayList<>();
    for (String row :
        cluster.sql(
            "select execution_id || ' ' || site_name || ' ' || artifact_sha256 from executions"
                + " join releases using (execution_id, release) where url is not null")) {
      String[] parts = row.split(" ");
      if (wanted.contains(parts[0])) {
        for (Node node : cluster.ready()) {
          String served = release(node.process().sitesPort(), parts[1] + ".localhost");
          if (!served.equals(parts[2])) {
            wrong.add(parts[1] + " on " + node.name() + " is " + served + ", not " + parts[2]);
          }
        }
      }
    }
    return wrong;
  }

  private static String release(int port, String host) {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET / HTTP/1.0\r\nHost: " + host + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
      return answer
          .lines()
          .takeWhile(line -> !line.isEmpty())
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("x-release:"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(answer.lines().findFirst().orElse("nothing"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Sites of which a node runs more than one process, and processes that belong to no node. */
  List<String> processesTooMany() {
    List<String> wrong = new ArrayList<>();
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(5)) // some may be starting just now
          .until(
              () -> {
                wrong.clear();
                wrong.addAll(processesTooManyNow());
                return wrong.isEmpty();
              });
    } catch (ConditionTimeoutException stay) {
      // as it says
    }
    return wrong;
  }

  private List<String> processesTooManyNow() {
    List<String> wrong = new ArrayList<>();
    Set<Long> owned = new TreeSet<>();
    for (Node node : cluster.all()) {
      if (!node.process().alive()) {
        continue;
      }
      ProcessHandle service = ProcessHandle.of(node.process().pid()).orElseThrow();
      List<String> sites = new ArrayList<>();
      service.children().forEach(child -> site(child).ifPresent(sites::add));
      service.descendants().forEach(below -> owned.add(below.pid()));
      sites.stream()
          .distinct()
          .filter(site -> sites.stream().filter(site::equals).count() > 1)
          .forEach(site -> wrong.add(node.name() + " runs several processes of " + site));
    }
    ProcessHandle.allProcesses()
        .filter(process -> !owned.contains(process.pid()))
        .forEach(
            process ->
                site(process)
                    .ifPresent(name -> wrong.add("process " + process.pid() + " of " + name)));
    return wrong;
  }

  /** The site whose release a process was started with. */
  private Optional<String> site(ProcessHandle process) {
    String sites = cluster.data().resolve("sites") + "/";
    try {
      String command =
          Files.readString(
              Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
      int at = command.indexOf(sites);
      if (at < 0) {
        return Optional.empty();
      }
      String rest = command.substring(at + sites.length());
      return Optional.of(rest.substring(0, rest.indexOf('/')));
    } catch (IOException | StringIndexOutOfBoundsException gone) {
      return Optional.empty();
    }
  }
}

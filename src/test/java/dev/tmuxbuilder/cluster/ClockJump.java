package dev.tmuxbuilder.cluster;

import dev.tmuxbuilder.service.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Sets one node's clock forward and back while it works, beside a node whose clock is right. The
 * node is told its time by libfaketime, from a file that is read again and again; its monotonic
 * clock goes on as ever, as on a real machine.
 */
record ClockJump(Path folder) {
  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"));

  /** What happened. */
  record Outcome(
      int asked, List<Duration> took, Duration silence, String of, List<String> problems) {}

  static Path library() {
    return LIBRARIES.stream()
        .filter(Files::exists)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("apt-get install libfaketime"));
  }

  /** Starts the node whose clock can be set. */
  Node start(Cluster cluster) throws IOException {
    set("+0");
    return cluster.start(
        Map.of(
            "LD_PRELOAD",
            library().toString(),
            "FAKETIME_TIMESTAMP_FILE",
            time().toString(),
            "FAKETIME_CACHE_DURATION",
            "1",
            "FAKETIME_FORCE_MONOTONIC_FIX", // its fix makes the JVM's timed waits end at once
            "0",
            "DONT_FAKE_MONOTONIC",
            "1",
            "TMUXBUILDER_BROWSER_EXECUTABLE",
            withItsOwnClock("chromium").toString(),
            "TMUXBUILDER_BROWSER_NODE",
            withItsOwnClock("node").toString()));
  }

  /**
   * The browser and its driver are left their own clock: they wait by means that libfaketime
   * stretches to minutes, which no clock that is really set does.
   */
  private Path withItsOwnClock(String program) throws IOException {
    Path script = folder.resolve(program);
    Files.writeString(script, "#!/bin/sh\nunset LD_PRELOAD\nexec " + program + " \"$@\"\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return script;
  }

  /** A jump: one that reads the file sees the old time or the new. */
  void set(String offset) throws IOException {
    Path fresh = Files.writeString(folder.resolve("time.new"), offset + "\n");
    Files.move(fresh, time(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private Path time() {
    return folder.resolve("time");
  }

  Outcome play(Cluster cluster) throws IOException {
    Node wrong = start(cluster);
    Node right = cluster.start();
    List<String> asked = new ArrayList<>();
    List<Duration> took = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try (Silence silence = new Silence(cluster)) {
      for (String offset : List.of("+3600", "-3600", "+0")) {
        Client.Created before = ask(wrong, "before " + offset);
        Client.Created other = ask(right, "elsewhere, before " + offset);
        before.await(now -> now.get("current_step").asInt() >= 2);
        set(offset);
        Pause.of(Duration.ofSeconds(3)); // it reads the file once a second
        long start = System.nanoTime();
        Client.Created after = ask(wrong, "after " + offset);
        if (!isOff(after, Long.parseLong(offset))) {
          problems.add(wrong.name() + " did not notice " + offset);
        }
        for (Client.Created site : List.of(before, other, after)) {
          asked.add(site.id());
          String end = site.end().get("status").asText();
          if (!end.equals("completed")) {
            problems.add(site.id() + " is " + end + " after " + offset);
          }
        }
        took.add(Duration.ofNanos(System.nanoTime() - start));
        Stream.of(wrong, right)
            .filter(node -> !names(cluster, node).equals(List.of(wrong.name(), right.name())))
            .forEach(
                node ->
                    problems.add(
                        node.name() + " sees " + names(cluster, node) + " after " + offset));
      }
      Ledger ledger = new Ledger(cluster);
      ledger.awaitTheEnd(Duration.ofSeconds(60));
      problems.addAll(ledger.findings(asked).all());
      problems.addAll(durations(cluster));
      return new Outcome(asked.size(), took, silence.longest(), silence.of(), problems);
    }
  }

  private static Client.Created ask(Node node, String brief) {
    return new Integrator(node.client()).create("# Asked for " + brief, "static");
  }

  /** A session is named by the clock of the node that made it. */
  private static boolean isOff(Client.Created site, long seconds) {
    String stamp = site.answer().get("session_id").asText().substring(5, 20);
    Instant said =
        LocalDateTime.parse(stamp, DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss"))
            .toInstant(ZoneOffset.UTC);
    return Math.abs(Duration.between(Instant.now(), said).toSeconds() - seconds) < 120;
  }

  /** No receipt says that a step took an hour, or less than nothing. */
  private static List<String> durations(Cluster cluster) {
    return cluster.sql(
        "select execution_id || ' took ' || (receipt->'durations_ms')::text from releases"
            + " where exists (select 1 from jsonb_each_text(receipt->'durations_ms') d"
            + " where d.value::bigint not between 0 and 1800000)");
  }

  private static List<String> names(Cluster cluster, Node node) {
    Client operator =
        new Client(node.client().base(), Optional.of(cluster.operator().token().orElseThrow()));
    List<String> names = new ArrayList<>();
    operator
        .json(operator.get("/api/nodes"), 200)
        .get("nodes")
        .forEach(one -> names.add(one.get("name").asText()));
    return names;
  }
}

package dev.tmuxbuilder.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.queue.NoOpNode;
import dev.tmuxbuilder.store.Pen;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The queue of a service that is kept from working itself, or is idle: PORT DATA-DIR PID WHAT
 * COUNT. What is measured is {@code create} (asks for runs and does nothing more), {@code work}
 * (works off what waits, without doing anything in the steps), {@code fairness} (how long one
 * tenant waits for another's many) or {@code start-delay} (on an idle service).
 */
public final class QueueBench {
  /** Runs that a node has in hand: what several write at the same time is committed together. */
  private static final int AT_A_TIME = 128;

  private static final int ASKED_AT_A_TIME = 32;
  private static final int WARM_UP = 2_000;
  private static final int WARM_FIRSTS = 5;
  private static final int FIRSTS = 20;

  private final ServiceProbe service;
  private final int count;
  private final Table table = new Table();

  private QueueBench(ServiceProbe service, int count) {
    this.service = service;
    this.count = count;
  }

  public static void main(String[] arguments) throws Exception {
    try (ServiceProbe service =
        new ServiceProbe(
            Integer.parseInt(arguments[0]), Path.of(arguments[1]), Long.parseLong(arguments[2]))) {
      QueueBench bench = new QueueBench(service, Integer.parseInt(arguments[4]));
      switch (arguments[3]) {
        case "create" -> bench.create(bench.count, false);
        case "work" -> bench.work();
        case "fairness" -> bench.fairness();
        case "start-delay" -> bench.startDelay();
        default -> throw new IllegalArgumentException(arguments[3]);
      }
      bench.table.rows();
      System.exit(bench.table.faulty() ? 1 : 0);
    }
  }

  /** Asks for runs, for as many users or all for one. */
  private List<String> create(int runs, boolean forOne) throws Exception {
    String one = UUID.randomUUID() + "@example.com";
    if (forOne) {
      service.create(one);
    }
    List<Future<String>> asked = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(ASKED_AT_A_TIME)) {
      for (int i = 0; i < runs; i++) {
        String email = forOne ? one : UUID.randomUUID() + "@example.com";
        asked.add(threads.submit(() -> service.create(email)));
      }
    }
    List<String> created = new ArrayList<>();
    for (Future<String> answer : asked) {
      created.add(answer.get());
    }
    return created;
  }

  private void work() throws Exception {
    CountDownLatch warm = new CountDownLatch(Math.min(WARM_UP, count - 1));
    CountDownLatch all = new CountDownLatch(count);
    double took;
    try (Pen store = service.pen(16);
        NoOpNode node =
            service.noOpNode(
                store,
                AT_A_TIME,
                Duration.ZERO,
                ended -> {
                  warm.countDown();
                  all.countDown();
                })) {
      node.start();
      require(warm.await(2, TimeUnit.MINUTES), "warm");
      long left = all.getCount();
      long start = System.nanoTime();
      require(all.await(4, TimeUnit.MINUTES), "all pipelines ended");
      took = (System.nanoTime() - start) / 1e9;
      table.row("no-op pipelines a second, " + AT_A_TIME + " at a time", left / took, ">= 300");
    }
  }

  /** One tenant has many runs in the queue; others come with their first, one after the other. */
  private void fairness() throws Exception {
    create(count, true);
    ConcurrentHashMap<ExecutionId, CountDownLatch> awaited = new ConcurrentHashMap<>();
    try (Pen store = service.pen(16);
        NoOpNode node =
            service.noOpNode(
                store,
                1,
                Duration.ofMillis(50),
                ended -> awaited.computeIfAbsent(ended, id -> new CountDownLatch(1)).countDown())) {
      node.start();
      List<Double> delays = new ArrayList<>();
      List<Double> runs = new ArrayList<>();
      List<Double> cold = new ArrayList<>();
      for (int i = -WARM_FIRSTS; i < FIRSTS; i++) {
        String execution = service.create();
        require(
            awaited
                .computeIfAbsent(ExecutionId.of(execution), id -> new CountDownLatch(1))
                .await(1, TimeUnit.MINUTES),
            "the other tenant's run ended");
        JsonNode status = service.status(execution);
        double delay = millis(status.get("created_at"), started(status));
        if (i < 0) {
          cold.add(delay);
        } else {
          delays.add(delay);
          runs.add(millis(started(status), status.get("updated_at")));
        }
      }
      double longestRun = percentile(runs, 1);
      table.row("runs of one tenant that waited before", count, "");
      table.row("and after " + FIRSTS + " others had their first", waiting(awaited), "");
      table.row(
          "the first " + WARM_FIRSTS + ", while the node gets warm: longest ms",
          percentile(cold, 1),
          "");
      table.row("a run takes, median ms", percentile(runs, 0.5), "");
      table.row("another's first waits, median ms", percentile(delays, 0.5), "");
      table.row(
          "another's first waits, longest ms",
          percentile(delays, 1),
          "<= " + Math.ceil(longestRun * 2));
    }
  }

  private long waiting(ConcurrentHashMap<ExecutionId, CountDownLatch> awaited) {
    return count
        + 1
        - (awaited.values().stream().filter(latch -> latch.getCount() == 0).count()
            - WARM_FIRSTS
            - FIRSTS);
  }

  private void startDelay() {
    List<Double> delays = new ArrayList<>();
    for (int i = -20; i < count; i++) {
      String execution = service.create();
      JsonNode status = service.status(execution);
      while (started(status).isNull()) {
        LockSupport.parkNanos(5_000_000);
        status = service.status(execution);
      }
      if (i >= 0) { // the ones below are to get warm
        delays.add(millis(status.get("created_at"), started(status)));
      }
      service.cancel(execution);
      while (!status.get("status").asText().equals("cancelled")) {
        LockSupport.parkNanos(5_000_000);
        status = service.status(execution);
      }
    }
    table.row("asked for to step 1 running, median ms", percentile(delays, 0.5), "");
    table.row("asked for to step 1 running, p99 ms", percentile(delays, 0.99), "< 100");
    table.row("asked for to step 1 running, longest ms", percentile(delays, 1), "");
  }

  private static JsonNode started(JsonNode status) {
    return status.get("steps").get(0).get("started_at");
  }

  private static double millis(JsonNode from, JsonNode to) {
    return Duration.between(Instant.parse(from.asText()), Instant.parse(to.asText())).toMillis();
  }

  private static double percentile(List<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[Math.min(sorted.length - 1, (int) (sorted.length * share))];
  }

  private void require(boolean so, String what) {
    if (!so) {
      table.fault("not in time: " + what);
    }
  }
}

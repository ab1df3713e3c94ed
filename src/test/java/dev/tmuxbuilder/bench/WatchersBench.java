package dev.tmuxbuilder.bench;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Level;
import dev.tmuxbuilder.execution.Line;
import dev.tmuxbuilder.execution.StepName;
import dev.tmuxbuilder.store.Pen;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Many watchers of one node, whose executions' journals another node writes: PORT DATA-DIR PID
 * WATCHERS EXECUTIONS SECONDS. Prints a table; exits with 1 where an event was lost, doubled or out
 * of order, or anything else went wrong that is no matter of speed.
 */
public final class WatchersBench implements AutoCloseable {
  private static final int NON_READERS = 20;
  private static final int DELIVERIES_A_SECOND = 2_000;
  private static final int LONG_JOURNAL = 20_000;
  private static final int BATCH = 200;
  private static final int MOST_EVENTS = 100_000;
  private static final int SOURCES = 4;
  private static final int WARM_UP = 50;
  private static final Duration TOO_LATE = Duration.ofMillis(250);
  private static final Duration OVER_A_HEARTBEAT = Duration.ofSeconds(20);

  private final ServiceProbe service;
  private final Swarm swarm = new Swarm();
  private final Pen pen;
  private final int watchers;
  private final int seconds;
  private final List<Site> sites = new ArrayList<>();
  private final Site talkative;
  private final List<Watcher> all = new ArrayList<>();
  private final List<Long> latencies = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> latenciesWithCommit = Collections.synchronizedList(new ArrayList<>());
  private final Table table = new Table();
  private final Random random = new Random(1);
  private int cameBack;
  private final Set<Long> lateSeconds = new ConcurrentSkipListSet<>();
  private volatile long measuringSince;
  private volatile boolean measuring;

  private WatchersBench(ServiceProbe service, int watchers, int executions, int seconds)
      throws Exception {
    this.service = service;
    this.watchers = watchers;
    this.seconds = seconds;
    this.pen = service.pen(8);
    service.create(); // the one run that the service itself is busy with
    for (int i = 0; i < executions; i++) {
      sites.add(new Site(ExecutionId.of(service.create())));
    }
    for (Site site : sites) {
      site.own();
    }
    talkative = new Site(ExecutionId.of(service.create()));
    talkative.own();
  }

  /** An execution, and when each of its events was written. */
  private final class Site {
    private final ExecutionId id;
    private final AtomicLongArray asked = new AtomicLongArray(MOST_EVENTS);
    private final AtomicLongArray committed = new AtomicLongArray(MOST_EVENTS);
    private Pen.Owned owned;
    private volatile long lastSeq;

    private Site(ExecutionId id) {
      this.id = id;
    }

    private void own() {
      owned = pen.own(id);
      lastSeq = owned.lastSeq();
    }

    private void write(int lines) {
      long now = System.nanoTime();
      Line[] batch = new Line[lines];
      for (int i = 0; i < lines; i++) {
        batch[i] =
            new Line.Log(
                owned.journal().now(),
                Level.INFO,
                StepName.GENERATE_SITE,
                "page",
                "A line of some length, as an agent writes it while it works on a page: " + i,
                Map.of("page", "about/index.html", "bytes", 10_240 + i));
        lastSeq++;
        asked.set((int) lastSeq, now);
      }
      int newest = (int) lastSeq;
      owned
          .journal()
          .write(batch)
          .subscribe()
          .with(
              done -> committed.set(newest, System.nanoTime()),
              failure -> table.fault("not written: " + failure));
    }

    private void got(long seq, long nanos) {
      if (measuring) {
        long commit = committed.get((int) seq);
        long late = commit == 0 ? 0 : Math.max(0, nanos - commit);
        latencies.add(late);
        if (late > TOO_LATE.toNanos()) {
          lateSeconds.add(Duration.ofNanos(nanos - measuringSince).toSeconds());
        }
        latenciesWithCommit.add(nanos - asked.get((int) seq));
      }
    }

    private Watcher watcher(long since, int number) {
      return swarm.watch(
          new InetSocketAddress("127.0.0." + (1 + number % SOURCES), 0),
          service.address(),
          "/api/status/" + id + "/stream",
          service.operatorToken(),
          since,
          this::got);
    }
  }

  public static void main(String[] arguments) throws Exception {
    Table table;
    try (WatchersBench bench =
        new WatchersBench(
            new ServiceProbe(
                Integer.parseInt(arguments[0]),
                Path.of(arguments[1]),
                Long.parseLong(arguments[2])),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]))) {
      bench.measure();
      table = bench.table;
    }
    table.print();
    System.exit(table.faulty() ? 1 : 0);
  }

  private void measure() throws Exception {
    long fresh = service.rss();
    // A few watchers come and go, so that the service's code is warm.
    connect(watchers / WARM_UP);
    write(5, 40, false);
    awaitAll();
    leave("");
    long before = service.rss();

    connect(watchers);
    LockSupport.parkNanos(OVER_A_HEARTBEAT.toNanos());
    long idle = service.rss();
    table.row("RSS of the fresh service, MB", fresh / 1e6, "");
    table.row("RSS before, MB", before / 1e6, "");
    table.row("RSS with " + watchers + " idle watchers, MB", idle / 1e6, "");
    table.row("an idle watcher, KB", (idle - before) / 1024.0 / watchers, "<= 25");

    for (int i = 0; i < LONG_JOURNAL / BATCH; i++) {
      talkative.write(BATCH);
      await("it is written", () -> talkative.committed.get((int) talkative.lastSeq) != 0, 10);
    }
    List<Watcher> silent = new ArrayList<>();
    for (int i = 0; i < NON_READERS; i++) {
      Watcher one = talkative.watcher(0, i);
      one.reading(false);
      silent.add(one);
    }
    await(
        "the silent ones are connected", () -> service.subscribers() == watchers + NON_READERS, 10);

    measuringSince = System.nanoTime();
    measuring = true;
    double took = write(seconds, DELIVERIES_A_SECOND, true);
    awaitAll();
    measuring = false;
    table.row("events delivered", latencies.size(), "");
    table.row("deliveries a second", latencies.size() / took, ">= 1900");
    table.row("came back with Last-Event-ID", cameBack, "");
    percentiles("commit to watcher", latencies, true);
    percentiles("write to watcher", latenciesWithCommit, false);
    table.row("seconds with a delivery later than 250 ms", lateSeconds.size(), "");
    System.err.println("late in the seconds " + lateSeconds);
    long busy = service.rss();
    table.row("RSS after that, with 20 who never read, MB", busy / 1e6, "");

    silent.forEach(one -> one.reading(true));
    all.addAll(silent);
    long caughtUp = System.nanoTime();
    awaitAll();
    table.row("the 20 read again: caught up in ms", (System.nanoTime() - caughtUp) / 1e6, "");
    leave("all leave");
    table.row("RSS when all have left, MB", service.rss() / 1e6, "");
  }

  private void connect(int count) throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      Site site = sites.get(i % sites.size());
      all.add(site.watcher(site.lastSeq, i));
    }
    await("all are connected", () -> all.stream().allMatch(Watcher::greeted), 120);
    if (count == watchers) {
      table.row(count + " connect at once, s", (System.nanoTime() - start) / 1e9, "");
    }
  }

  /**
   * Events at a steady pace; one in a hundred of the watchers leaves and comes back each second.
   */
  private double write(int duration, int deliveries, boolean reconnects) {
    double events = deliveries / Math.max(1.0, (double) all.size() / sites.size());
    long start = System.nanoTime();
    int written = 0;
    for (long now = start; now < start + duration * 1_000_000_000L; now = System.nanoTime()) {
      double since = (now - start) / 1e9;
      while (written < since * events) {
        sites.get(written++ % sites.size()).write(1);
      }
      while (reconnects && cameBack < since * watchers / 100) {
        cameBack++;
        all.get(random.nextInt(all.size())).comeBack(service.address());
      }
      LockSupport.parkNanos(1_000_000);
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void awaitAll() throws Exception {
    await(
        "everybody has every event",
        () -> {
          for (int i = 0; i < all.size(); i++) {
            Site site = i < watchers ? sites.get(i % sites.size()) : talkative;
            if (all.get(i).last() != site.lastSeq) {
              return false;
            }
          }
          return true;
        },
        60);
  }

  private void leave(String what) throws Exception {
    int wrong = all.stream().mapToInt(Watcher::wrong).sum();
    int cut = all.stream().mapToInt(Watcher::cut).sum();
    all.stream().map(Watcher::refused).filter(r -> !r.isEmpty()).distinct().forEach(table::fault);
    long start = System.nanoTime();
    all.forEach(Watcher::leave);
    await("nobody is remembered", () -> service.subscribers() == 0 && service.topics() == 0, 30);
    double took = (System.nanoTime() - start) / 1e6;
    if (!what.isEmpty()) {
      table.row("lost, doubled or out of order", wrong, "== 0");
      table.row("lines cut by the service", cut, "== 0");
      table.row(what + ": everything freed, ms", took, "<= 1000");
    }
    all.clear();
  }

  private void percentiles(String what, List<Long> nanos, boolean goals) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
    Arrays.sort(sorted);
    if (sorted.length > 0) {
      table.row(what + ", median ms", sorted[sorted.length / 2] / 1e6, goals ? "< 50" : "");
      table.row(
          what + ", p99 ms", sorted[(int) (sorted.length * 0.99)] / 1e6, goals ? "< 250" : "");
      table.row(what + ", longest ms", sorted[sorted.length - 1] / 1e6, "");
    }
  }

  private void await(String what, BooleanSupplier condition, int patience) {
    long end = System.nanoTime() + patience * 1_000_000_000L;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        table.fault("after " + patience + " s it is not so that " + what);
        return;
      }
      LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    swarm.close();
    pen.close();
    service.close();
  }
}

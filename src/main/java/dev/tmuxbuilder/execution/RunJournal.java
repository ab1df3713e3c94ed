package dev.tmuxbuilder.execution;

import dev.tmuxbuilder.agent.AgentEvent;
import dev.tmuxbuilder.agent.AgentEvents;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * The only pen of a run. Lines reach the store in the order in which they were written, several at
 * a time where they come close together; a database that is away for a while is waited for. Safe
 * for use by many threads; nothing blocks.
 */
public final class RunJournal {
  private static final int BATCH = 200;

  /** What is told while a step works comes in bursts: it waits this long for more of it. */
  private static final Duration BURST = Duration.ofMillis(10);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Executions store;
  private final Lease lease;
  private final Clock clock;
  private final RunWatch watch;
  private final Redacted redacted;
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private final CompletableFuture<Void> broken = new CompletableFuture<>();
  private boolean writing;
  private boolean awaited;
  private boolean soon;
  private boolean closed;
  private volatile Optional<Line.StepMoved> current = Optional.empty();
  private volatile String lastWord = "";
  private volatile boolean switching;
  private Optional<Ending> ending = Optional.empty();
  private final Map<StepName, Optional<StepResult>> moved = new ConcurrentHashMap<>();

  private record Pending(Line line, CompletableFuture<Void> committed) {}

  private record Ending(ExecutionStatus status, CompletableFuture<Void> committed) {
    Uni<ExecutionStatus> kept() {
      return Uni.createFrom().completionStage(committed.copy()).replaceWith(status);
    }
  }

  public RunJournal(Executions store, Lease lease, Clock clock) {
    this(store, lease, clock, RunWatch.NOBODY);
  }

  /**
   * @param watch told of every line that is committed
   */
  public RunJournal(Executions store, Lease lease, Clock clock, RunWatch watch) {
    this(store, lease, clock, watch, UnaryOperator.identity());
  }

  /**
   * @param redaction takes what must not be told out of every line, before anybody sees it
   */
  public RunJournal(
      Executions store, Lease lease, Clock clock, RunWatch watch, UnaryOperator<String> redaction) {
    this.redacted = new Redacted(redaction);
    this.store = store;
    this.lease = lease;
    this.clock = clock;
    this.watch = watch;
  }

  public Instant now() {
    return clock.instant();
  }

  public Lease lease() {
    return lease;
  }

  public RunWatch watch() {
    return watch;
  }

  /**
   * Writes lines; the item comes when all of them are committed. They are on their way before
   * anybody subscribes, and cancelling the subscription does not take them back.
   */
  public Uni<Void> write(Line... lines) {
    List<CompletableFuture<Void>> committed = Arrays.stream(lines).map(this::enqueue).toList();
    drain();
    return Uni.createFrom()
        .completionStage(
            () -> CompletableFuture.allOf(committed.toArray(CompletableFuture<?>[]::new)))
        .replaceWithVoid();
  }

  /**
   * Ends the run, once: the first end that this pen was given is the run's. The item is that end,
   * when it is committed.
   */
  Uni<ExecutionStatus> end(Line.RunEnded line) {
    CompletableFuture<Void> committed = enqueue(line);
    drain();
    return ended().orElseGet(() -> new Ending(line.status(), committed).kept());
  }

  /** The end that this pen was given, when it is committed; empty where it was given none. */
  synchronized Optional<Uni<ExecutionStatus>> ended() {
    return ending.map(Ending::kept);
  }

  /**
   * Adds lines that go with the next write, in one transaction: for those that nobody waits for
   * while more is about to follow.
   */
  public void note(Line... lines) {
    Arrays.stream(lines).forEach(this::enqueue);
  }

  /** Adds a line that is written soon, together with others of the same burst. */
  void tell(Line line) {
    enqueue(line);
    drainSoon();
  }

  /** What the work inside a step may tell. */
  public Progress progress(StepName step) {
    return new Progress() {
      @Override
      public void log(Level level, String stage, String message, Map<String, ?> data) {
        tell(
            new Line.Log(
                now(), level, step, stage, message, new LinkedHashMap<>(Map.copyOf(data))));
      }

      @Override
      public void check(CheckResult result) {
        tell(new Line.Check(now(), step, result));
      }
    };
  }

  /** What the agent may tell; its words are the journal's {@code agent} events. */
  public AgentEvents agent(StepName step) {
    return event ->
        tell(
            event instanceof AgentEvent.Note(var level, var stage, var message, var data)
                ? new Line.Log(now(), level, step, stage, message, new LinkedHashMap<>(data))
                : new Line.AgentTold(now(), step, event));
  }

  /**
   * Fails when the store has refused a line for good, with {@link LeaseLost} where somebody else
   * owns the execution now: what is still under way has to stop. Gives no item.
   */
  public <T> Uni<T> broken() {
    return Uni.createFrom()
        .completionStage(broken.copy())
        .chain(never -> Uni.createFrom().nothing());
  }

  /**
   * Fails with {@link LeaseLost} where somebody else owns the execution now. A write says so too:
   * what is on its way anyhow is written at once, and nothing else is asked.
   */
  public Uni<Void> confirm() {
    return Uni.createFrom()
        .deferred(
            () -> {
              Optional<CompletableFuture<Void>> last = lastWaiting();
              drain();
              return last.isPresent()
                  ? Uni.createFrom().completionStage(last.get().copy())
                  : store.confirm(lease);
            });
  }

  private synchronized Optional<CompletableFuture<Void>> lastWaiting() {
    return Optional.ofNullable(waiting.peekLast()).map(Pending::committed);
  }

  /** The step under way, as it was last started. */
  public Optional<Line.StepMoved> current() {
    return current;
  }

  /** What was told last of the step under way; empty where nothing was. */
  public String lastWord() {
    return lastWord;
  }

  /** What has come of steps by this pen; empty for those that are to be done once more. */
  Map<StepName, Optional<StepResult>> moved() {
    return Map.copyOf(moved);
  }

  /** Whether the site's address was about to lead to another release, and may do so since. */
  boolean switching() {
    return switching;
  }

  void switching(boolean begun) {
    switching = begun;
  }

  /** Drops whatever a straggler still wants to write. */
  public void close() {
    synchronized (this) {
      closed = true;
    }
    watch.left(null);
  }

  private CompletableFuture<Void> enqueue(Line told) {
    return keep(redacted.line(told));
  }

  private synchronized CompletableFuture<Void> keep(Line line) {
    CompletableFuture<Void> committed = new CompletableFuture<>();
    if (closed) {
      committed.completeExceptionally(new LeaseLost(lease));
    } else if (line instanceof Line.RunEnded && ending.isPresent()) {
      return ending.get().committed();
    } else {
      waiting.add(new Pending(line, committed));
      remember(line, committed);
    }
    return committed;
  }

  private void remember(Line line, CompletableFuture<Void> committed) {
    if (line instanceof Line.StepMoved moved) {
      current = moved.status() == StepStatus.RUNNING ? Optional.of(moved) : Optional.empty();
      lastWord = "";
      if (moved.status() == StepStatus.PENDING) {
        this.moved.put(moved.where(), Optional.empty());
      } else if (moved.result() != null) {
        this.moved.put(moved.where(), Optional.of(moved.result()));
      }
    } else if (line instanceof Line.Log log) {
      lastWord = log.message();
    } else if (line instanceof Line.RunEnded end) {
      ending = Optional.of(new Ending(end.status(), committed));
    }
  }

  private void drainSoon() {
    synchronized (this) {
      if (writing || soon || waiting.isEmpty()) {
        return;
      }
      soon = true;
    }
    Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(BURST)
        .subscribe()
        .with(
            ignored -> {
              synchronized (this) {
                soon = false;
              }
              drain();
            });
  }

  private void drain() {
    List<Pending> batch = new ArrayList<>();
    synchronized (this) {
      awaited = writing;
      if (writing || waiting.isEmpty()) {
        return;
      }
      writing = true;
      while (!waiting.isEmpty() && batch.size() < BATCH) {
        batch.add(waiting.poll());
      }
    }
    UUID name = UUID.randomUUID();
    List<Line> lines = batch.stream().map(Pending::line).toList();
    store
        .append(lease, name, lines)
        .onFailure(failure -> !(failure instanceof LeaseLost))
        .retry()
        .withBackOff(FIRST_PAUSE, LONGEST_PAUSE)
        .expireIn(PATIENCE.toMillis())
        .subscribe()
        .with(
            ignored -> written(batch),
            failure -> {
              watch.left(failure);
              close();
              broken.completeExceptionally(failure);
              batch.forEach(pending -> pending.committed().completeExceptionally(failure));
              failWaiting(failure);
            });
  }

  private void written(List<Pending> batch) {
    batch.forEach(pending -> watch.told(pending.line()));
    boolean atOnce;
    synchronized (this) {
      writing = false;
      atOnce = awaited || waiting.size() >= BATCH;
    }
    batch.forEach(pending -> pending.committed().complete(null));
    if (atOnce) {
      drain();
    } else {
      drainSoon();
    }
  }

  private void failWaiting(Throwable failure) {
    List<Pending> rest;
    synchronized (this) {
      rest = List.copyOf(waiting);
      waiting.clear();
      writing = false;
    }
    rest.forEach(pending -> pending.committed().completeExceptionally(failure));
  }
}

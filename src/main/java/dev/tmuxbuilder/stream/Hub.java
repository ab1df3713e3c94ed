package dev.tmuxbuilder.stream;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * From the journal to its watchers. Each journal is read once for all who watch it here; a watcher
 * is a number, the last event it has got, and pulls: what it does not take costs nothing, and
 * nothing is lost to it.
 */
@ApplicationScoped
public class Hub implements Watchers {
  private static final int PAGE = 200;

  /** A part of the connections that the database's pool has. */
  private static final int REPLAYS = 4;

  /** A heartbeat goes out in so many parts, so that it holds nobody up. */
  private static final int SLOTS = 16;

  private final Executions executions;
  private final Archive archive;
  private final StatusCache cache;
  private final Settings.Stream settings;
  private final StreamMeters meters;
  private final Map<ExecutionId, Topic> topics = new ConcurrentHashMap<>();
  private final AtomicInteger subscribers = new AtomicInteger();
  private final AtomicInteger joined = new AtomicInteger();
  private final Turns turns = new Turns(REPLAYS);
  private volatile boolean hearing;

  Hub(
      Executions executions,
      Archive archive,
      StatusCache cache,
      Settings settings,
      StreamMeters meters) {
    this.executions = executions;
    this.archive = archive;
    this.cache = cache;
    this.settings = settings.stream();
    this.meters = meters;
    meters.watch(subscribers, topics::size);
  }

  void start(@Observes StartupEvent event, Vertx vertx) {
    AtomicInteger ticks = new AtomicInteger();
    vertx.setPeriodic(
        Math.max(1, settings.heartbeat().toMillis() / SLOTS),
        ignored -> {
          int slot = Math.floorMod(ticks.getAndIncrement(), SLOTS);
          topics.values().forEach(topic -> topic.heartbeat(slot));
        });
  }

  /**
   * Sends every event of an execution after a number, once and in order. The item comes when
   * nothing follows; whoever cancels before has left. To be subscribed to on the event loop that
   * {@code out} belongs to.
   *
   * @param since the last number that the watcher has
   * @param follow whether to go on over later runs, rather than end with the run
   */
  public Uni<Void> watch(
      TenantId tenant, ExecutionId id, long since, boolean follow, WriteStream<Buffer> out) {
    return Uni.createFrom().emitter(end -> begin(tenant, id, since, follow, out, end));
  }

  private void begin(
      TenantId tenant,
      ExecutionId id,
      long since,
      boolean follow,
      WriteStream<Buffer> out,
      UniEmitter<? super Void> end) {
    Topic topic = join(tenant, id, since);
    Subscriber subscriber =
        new Subscriber(
            topic,
            turns,
            meters,
            from -> archive.events(tenant, id, from, PAGE),
            Vertx.currentContext(),
            out,
            end,
            follow,
            since,
            Math.floorMod(joined.getAndIncrement(), SLOTS));
    end.onTermination(() -> leave(id, topic, subscriber));
    subscriber.start();
  }

  private Topic join(TenantId tenant, ExecutionId id, long since) {
    subscribers.incrementAndGet();
    Topic joined =
        topics.compute(
            id,
            (key, open) -> {
              Topic topic =
                  open != null
                      ? open
                      : new Topic(
                          settings.ring(),
                          since,
                          from -> executions.snapshot(tenant, id, from, PAGE));
              topic.join();
              return topic;
            });
    if (!hearing || !joined.loaded()) {
      joined.grown(0);
    }
    return joined;
  }

  private void leave(ExecutionId id, Topic topic, Subscriber subscriber) {
    subscriber.stop();
    turns.forget(subscriber);
    subscribers.decrementAndGet();
    topics.computeIfPresent(
        id, (key, open) -> open == topic && topic.leave(subscriber) ? null : open);
  }

  @Override
  public void grown(ExecutionId execution, long lastSeq) {
    cache.forget(execution);
    Topic topic = topics.get(execution);
    if (topic != null) {
      topic.grown(lastSeq);
    }
  }

  @Override
  public void hearing(boolean others) {
    hearing = others;
    cache.trust(others);
    topics.values().forEach(topic -> topic.grown(0));
  }

  /** Whether somebody watches this execution on this node, so that it is known to exist. */
  public boolean isWatched(ExecutionId execution) {
    Topic topic = topics.get(execution);
    return topic != null && topic.loaded();
  }
}

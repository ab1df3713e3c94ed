package dev.tmuxbuilder.stream;

import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Snapshot;
import dev.tmuxbuilder.execution.TenantId;
import dev.tmuxbuilder.execution.Watchers;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * From the journal to its watchers. A watcher is a number, the last event it has got, and pulls:
 * what it does not take costs nothing, and nothing is lost to it.
 */
@ApplicationScoped
public class Hub implements Watchers {
  private static final int PAGE = 200;

  private final Executions executions;
  private final Archive archive;
  private final StatusCache cache;
  private final int ring;
  private final Map<ExecutionId, Topic> topics = new ConcurrentHashMap<>();

  Hub(Executions executions, Archive archive, StatusCache cache, Settings settings) {
    this.executions = executions;
    this.archive = archive;
    this.cache = cache;
    this.ring = settings.stream().ring();
  }

  /** What a watcher gets. */
  public sealed interface Signal {
    /** Something happened. */
    record Happened(Event event) implements Signal {}

    /** Nothing happened, but the line is alive. */
    record StillHere() implements Signal {}

    /** The run is over, and with it the stream. */
    record Over(Snapshot state) implements Signal {}
  }

  /**
   * Every event of an execution after a number, once and in order, as long as it goes.
   *
   * @param since the last number that the watcher has
   * @param follow whether to go on over later runs, rather than end with the run
   */
  public Multi<Signal> watch(TenantId tenant, ExecutionId id, long since, boolean follow) {
    return Multi.createFrom()
        .deferred(
            () -> {
              Topic topic = join(tenant, id, since);
              AtomicLong seen = new AtomicLong(since);
              return Multi.createBy()
                  .repeating()
                  .uni(() -> next(topic, tenant, id, seen, follow))
                  .whilst(page -> !(page.getLast() instanceof Signal.Over))
                  .onItem()
                  .disjoint()
                  .map(Signal.class::cast)
                  .onTermination()
                  .invoke(() -> leave(id, topic));
            });
  }

  private Uni<List<Signal>> next(
      Topic topic, TenantId tenant, ExecutionId id, AtomicLong seen, boolean follow) {
    return switch (topic.after(seen.get())) {
      case Topic.Next.Events page -> Uni.createFrom().item(happened(page.events(), seen));
      case Topic.Next.Behind ignored ->
          archive
              .events(tenant, id, seen.get(), PAGE)
              .chain(
                  page ->
                      page.isEmpty()
                          ? pause(topic, tenant, id, seen, follow)
                          : Uni.createFrom().item(happened(page, seen)));
      case Topic.Next.AtRest rest when !follow ->
          Uni.createFrom().item(List.of(new Signal.Over(rest.state())));
      case Topic.Next.AtRest ignored -> pause(topic, tenant, id, seen, follow);
      case Topic.Next.Wait ignored -> pause(topic, tenant, id, seen, follow);
    };
  }

  private Uni<List<Signal>> pause(
      Topic topic, TenantId tenant, ExecutionId id, AtomicLong seen, boolean follow) {
    return topic
        .news(seen.get(), follow)
        .chain(
            news ->
                news
                    ? next(topic, tenant, id, seen, follow)
                    : Uni.createFrom().item(List.of(new Signal.StillHere())));
  }

  private static List<Signal> happened(List<Event> events, AtomicLong seen) {
    seen.set(events.getLast().seq());
    return events.stream().<Signal>map(Signal.Happened::new).toList();
  }

  private Topic join(TenantId tenant, ExecutionId id, long since) {
    Topic joined =
        topics.compute(
            id,
            (key, open) -> {
              Topic topic =
                  open != null
                      ? open
                      : new Topic(ring, since, from -> executions.snapshot(tenant, id, from, PAGE));
              topic.join();
              return topic;
            });
    joined.grown(0);
    return joined;
  }

  private void leave(ExecutionId id, Topic topic) {
    topics.computeIfPresent(id, (key, open) -> open == topic && topic.leave() ? null : open);
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
    cache.trust(others);
    topics.values().forEach(topic -> topic.grown(0));
  }

  /** How many executions are being watched on this node. */
  public int topics() {
    return topics.size();
  }

  @Scheduled(every = "${tmuxbuilder.stream.heartbeat:15s}")
  void heartbeat() {
    topics.values().forEach(Topic::heartbeat);
  }
}

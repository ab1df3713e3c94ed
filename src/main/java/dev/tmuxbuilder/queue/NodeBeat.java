package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.platform.NodeName;
import dev.tmuxbuilder.platform.Rhythm;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** Tells the other nodes that this one lives, and what it does. */
@ApplicationScoped
class NodeBeat {
  private static final System.Logger LOG = System.getLogger(NodeBeat.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Nodes nodes;
  private final ActiveRuns active;
  private final NodeName name;
  private final Clock clock;
  private final String version;
  private final int concurrent;
  private final Instant startedAt;
  private final Duration heartbeat;
  private @Nullable Cancellable beating;
  private volatile boolean draining;

  NodeBeat(
      Nodes nodes,
      ActiveRuns active,
      NodeName name,
      Clock clock,
      Settings settings,
      @ConfigProperty(name = "quarkus.application.version") String version) {
    this.nodes = nodes;
    this.active = active;
    this.name = name;
    this.clock = clock;
    this.version = version;
    this.concurrent = settings.runs().concurrent();
    this.heartbeat = settings.runs().heartbeat();
    this.startedAt = clock.instant();
  }

  void start(@Observes StartupEvent event) {
    beating = Rhythm.every(heartbeat, "this node's beat", this::beat);
  }

  private Uni<Void> beat() {
    return nodes
        .beat(
            new Nodes.Node(
                name.value(),
                version,
                active.size(),
                concurrent,
                draining,
                startedAt,
                clock.instant()))
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithItem(
            away -> { // the next beat tells
              LOG.log(System.Logger.Level.DEBUG, "not told this time", away);
              return null;
            });
  }

  /** Runs are handed over now; the others see it coming. */
  void draining(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE - 1) ShutdownEvent event) {
    draining = true;
    if (beating != null) {
      beating.cancel();
    }
    beat().await().atMost(PATIENCE);
  }

  void gone(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE + 1) ShutdownEvent event) {
    nodes
        .leave(name.value())
        .ifNoItem()
        .after(PATIENCE)
        .fail()
        .onFailure()
        .recoverWithNull()
        .await()
        .atMost(PATIENCE.multipliedBy(2));
  }
}

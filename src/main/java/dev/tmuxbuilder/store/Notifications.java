package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Stoppers;
import dev.tmuxbuilder.execution.Watchers;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.pubsub.PgChannel;
import io.vertx.pgclient.pubsub.PgSubscriber;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * Hears what other nodes, and this one, have committed (LISTEN/NOTIFY, on a connection of its own).
 * A word that is lost while the connection is away is made up for by the tables.
 */
@ApplicationScoped
class Notifications {
  private static final long FIRST_PAUSE_MS = 100;
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final Vertx vertx;
  private final Watchers watchers;
  private final Stoppers stoppers;
  private final PgConnectOptions options;
  private @Nullable PgSubscriber subscriber;

  Notifications(
      Vertx vertx,
      Watchers watchers,
      Stoppers stoppers,
      @ConfigProperty(name = "quarkus.datasource.reactive.url") String url,
      @ConfigProperty(name = "quarkus.datasource.username") String user,
      @ConfigProperty(name = "quarkus.datasource.password") String password) {
    this.vertx = vertx;
    this.watchers = watchers;
    this.stoppers = stoppers;
    this.options = PgConnectOptions.fromUri(url).setUser(user).setPassword(password);
  }

  void start(@Observes StartupEvent event) {
    PgSubscriber listening =
        PgSubscriber.subscriber(vertx, options)
            .reconnectPolicy(
                tries -> Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(tries, 6)))
            .closeHandler(ignored -> watchers.hearing(false));
    // Each call of channel() makes another object: both handlers belong on the same one.
    PgChannel journal = listening.channel(JournalTable.CHANNEL);
    journal.subscribeHandler(ignored -> watchers.hearing(true)).handler(this::grown);
    listening.channel(Jobs.CANCEL_CHANNEL).handler(id -> stoppers.stop(ExecutionId.of(id)));
    subscriber = listening;
    listening
        .connect()
        .onFailure(
            failure ->
                System.getLogger(Notifications.class.getName())
                    .log(System.Logger.Level.WARNING, "not listening yet", failure));
  }

  void stop(@Observes ShutdownEvent event) {
    if (subscriber != null) {
      subscriber.close();
    }
  }

  private void grown(String payload) {
    int space = payload.indexOf(' ');
    watchers.grown(
        ExecutionId.of(payload.substring(0, space)), Long.parseLong(payload.substring(space + 1)));
  }
}

package dev.tmuxbuilder.hosting.local;

import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The listener for all sites of this machine: one server on each core's event loop. */
@Singleton
public final class SitesServer {
  private static final long START_SECONDS = 30;
  private static final long STOP_SECONDS = 5;

  private final Vertx vertx;
  private final Settings.Sites settings;
  private final LiveSites sites;
  private volatile @Nullable String deployment;
  private volatile String problem = "it was not started";

  @Inject
  SitesServer(Vertx vertx, Settings settings, LiveSites sites) {
    this.vertx = vertx;
    this.settings = settings.sites();
    this.sites = sites;
  }

  void onStart(@Observes StartupEvent event) {
    start();
  }

  void onStop(@Observes ShutdownEvent event) {
    stop();
  }

  /** The port on which sites are served. */
  public int port() {
    return settings.port();
  }

  /** Why no site can be reached, in words for the operator; empty while the listener is up. */
  public Optional<String> listenProblem() {
    return deployment == null
        ? Optional.of(
            "The listener for sites on "
                + settings.host()
                + ":"
                + settings.port()
                + " is down: "
                + problem)
        : Optional.empty();
  }

  /**
   * Listens. Blocks until it does.
   *
   * @throws IllegalStateException where the address cannot be listened on, saying what to do
   */
  void start() {
    try {
      deployment =
          vertx
              .deployVerticle(
                  Listener::new,
                  new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors()))
              .toCompletionStage()
              .toCompletableFuture()
              .get(START_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      Throwable cause = Objects.requireNonNullElse(failed.getCause(), failed);
      throw refuse(String.valueOf(cause.getMessage()), cause);
    } catch (TimeoutException late) {
      throw refuse("it did not start within " + START_SECONDS + " seconds", late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw refuse("the start was interrupted", stopped);
    }
  }

  private IllegalStateException refuse(String why, Throwable cause) {
    problem = why;
    return new IllegalStateException(
        "Sites cannot be served on "
            + settings.host()
            + ":"
            + settings.port()
            + ": "
            + why
            + ". If another program has the port, stop it or set TMUXBUILDER_SITES_PORT to another"
            + " one.",
        cause);
  }

  /** Stops listening. Blocks until it has; does nothing where it was not started. */
  void stop() {
    String running = deployment;
    deployment = null;
    problem = "it was stopped";
    if (running == null) {
      return;
    }
    try {
      vertx
          .undeploy(running)
          .toCompletionStage()
          .toCompletableFuture()
          .get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failed) {
      throw new IllegalStateException("the listener for sites did not stop", failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Listener extends AbstractVerticle {
    @Override
    public void start(Promise<Void> started) {
      StaticResponder files =
          new StaticResponder(sites.contents(), new SecondClock(InstantSource.system()));
      vertx
          .createHttpServer(options())
          .requestHandler(new SiteRouter(new SiteNames(settings.domain()), sites, files))
          .listen()
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setHost(settings.host())
        .setPort(settings.port())
        .setHttp2ClearTextEnabled(false)
        .setTcpNoDelay(true)
        .setMaxInitialLineLength(8 << 10)
        .setMaxHeaderSize(32 << 10)
        .setIdleTimeout(75)
        .setIdleTimeoutUnit(TimeUnit.SECONDS);
  }
}

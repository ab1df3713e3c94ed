package dev.tmuxbuilder.store;

import dev.tmuxbuilder.library.Relevance;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.util.Map;

/** The ranking of a real PostgreSQL, for tests of other rooms. */
public final class RelevanceBench implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Pool pool;

  /**
   * @param settings as a server is told them
   */
  public RelevanceBench(Map<String, String> settings) {
    pool =
        PgBuilder.pool()
            .connectingTo(
                PgConnectOptions.fromUri(
                        settings.getOrDefault("QUARKUS_DATASOURCE_REACTIVE_URL", ""))
                    .setUser(settings.getOrDefault("QUARKUS_DATASOURCE_USERNAME", ""))
                    .setPassword(settings.getOrDefault("QUARKUS_DATASOURCE_PASSWORD", "")))
            .using(vertx)
            .build();
  }

  public Relevance relevance() {
    return new RelevanceStore(new Transactions(new io.vertx.mutiny.sqlclient.Pool(pool)));
  }

  @Override
  public void close() {
    pool.close().toCompletionStage().toCompletableFuture().join();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}

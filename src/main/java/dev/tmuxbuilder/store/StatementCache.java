package dev.tmuxbuilder.store;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;

/**
 * Makes the pool of connections as Quarkus does, but for what a connection keeps: all statements of
 * this service, the longest too. The client's own limit is 2,048 characters, and what is longer is
 * parsed and planned anew each time, without a word.
 */
@Singleton
class StatementCache implements PgPoolCreator {
  /** In characters: more than any statement here has. */
  private static final int LONGEST = 16_384;

  @Override
  public Pool create(Input input) {
    return PgBuilder.pool()
        .with(input.poolOptions())
        .connectingTo(
            input.pgConnectOptionsList().stream()
                .<SqlConnectOptions>map(StatementCache::keepingAll)
                .toList())
        .using(input.vertx())
        .build();
  }

  static PgConnectOptions keepingAll(PgConnectOptions options) {
    options.setCachePreparedStatements(true).setPreparedStatementCacheSqlLimit(LONGEST);
    return options;
  }
}

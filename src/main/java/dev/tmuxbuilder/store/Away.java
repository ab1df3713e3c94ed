package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.StoreAway;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away from one that does not like what it was told. */
final class Away {
  /** SQLSTATE: connection exception, insufficient resources, operator intervention. */
  private static final List<String> CLASSES = List.of("08", "53", "57P");

  private Away() {}

  /** The failure as the rest of the service knows it. */
  static Throwable named(Throwable failure) {
    return !(failure instanceof StoreAway) && is(failure) ? new StoreAway(failure) : failure;
  }

  private static boolean is(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean away =
          switch (cause) {
            case SocketException _, UnknownHostException _ -> true;
            case ClosedConnectionException _, ClosedChannelException _ -> true;
            case PgException said -> is(said.getSqlState());
            case SQLException said -> is(said.getSQLState());
            default -> false;
          };
      if (away) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(@Nullable String state) {
    return state != null && CLASSES.stream().anyMatch(state::startsWith);
  }
}

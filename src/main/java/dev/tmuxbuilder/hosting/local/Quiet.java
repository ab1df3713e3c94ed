package dev.tmuxbuilder.hosting.local;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpConnection;
import org.jboss.logging.Logger;

/**
 * Keeps lost connections out of the log. Visitors go away and processes are replaced all day long;
 * whoever waits for an answer hears of it by its own way.
 */
final class Quiet {
  private static final Logger LOG = Logger.getLogger(Quiet.class);

  private Quiet() {}

  static void connection(HttpConnection connection) {
    connection.exceptionHandler(lost -> LOG.debugf("lost a connection: %s", lost.getMessage()));
  }

  static HttpClientRequest request(HttpClientRequest request) {
    return request.exceptionHandler(
        lost -> LOG.debugf("lost a request to a site: %s", lost.getMessage()));
  }
}

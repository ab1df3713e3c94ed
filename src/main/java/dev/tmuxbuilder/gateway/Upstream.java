package dev.tmuxbuilder.gateway;

import dev.tmuxbuilder.platform.Settings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The way to the providers, and what every exchange needs besides. */
@ApplicationScoped
class Upstream {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int CONNECTIONS_PER_PROVIDER = 256;

  private final Vertx vertx;
  private final HttpClient client;
  private final Metering metering;
  private final Refusals refusals;
  private final Settings.Gateway settings;

  Upstream(Vertx vertx, Metering metering, Refusals refusals, Settings settings) {
    this.vertx = vertx;
    this.metering = metering;
    this.refusals = refusals;
    this.settings = settings.gateway();
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxPoolSize(CONNECTIONS_PER_PROVIDER)
                .setMaxWaitQueueSize(CONNECTIONS_PER_PROVIDER)
                .setKeepAliveTimeout(30)
                .setDecompressionSupported(false));
  }

  Vertx vertx() {
    return vertx;
  }

  Metering metering() {
    return metering;
  }

  Refusals refusals() {
    return refusals;
  }

  int attempts() {
    return settings.attempts();
  }

  Duration longestPause() {
    return settings.longestPause();
  }

  long maxBody() {
    return settings.maxBody();
  }

  Future<HttpClientRequest> request(HttpMethod method, URI address) {
    boolean tls = "https".equalsIgnoreCase(address.getScheme());
    String query = address.getRawQuery();
    return client.request(
        new RequestOptions()
            .setMethod(method)
            .setHost(address.getHost())
            .setPort(address.getPort() > 0 ? address.getPort() : tls ? 443 : 80)
            .setSsl(tls)
            .setURI(address.getRawPath() + query(query))
            .setIdleTimeout(settings.silence().toMillis()));
  }

  /** Where a call goes. */
  static URI address(URI base, Provider.Outgoing call) {
    return URI.create(base.toString().replaceAll("/+$", "") + call.target());
  }

  static String query(@Nullable String query) {
    return query == null || query.isEmpty() ? "" : "?" + query;
  }
}

package dev.tmuxbuilder.hosting.local;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.Pipe;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Carries WebSocket connections (RFC 6455) to a site's process: the handshake with its headers,
 * then bytes both ways, no faster than the slower side reads. Belongs to one event loop.
 */
final class WebSocketTunnel {
  private static final Logger LOG = Logger.getLogger(WebSocketTunnel.class);
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final long HANDSHAKE_SECONDS = 30;

  private final HttpClient client;

  WebSocketTunnel(HttpClient client) {
    this.client = client;
  }

  static boolean wanted(HttpServerRequest request) {
    return request.version() == HttpVersion.HTTP_1_1
        && request.method() == HttpMethod.GET
        && request.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE, true)
        && request.headers().contains(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET, true);
  }

  /**
   * @param process that has begun the request
   */
  void open(HttpServerRequest request, String target, SiteProcess process) {
    request.pause();
    client
        .request(
            new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setHost("127.0.0.1")
                .setPort(process.port())
                .setURI(target))
        .compose(upstream -> handshake(request, Quiet.request(upstream)))
        .timeout(HANDSHAKE_SECONDS, TimeUnit.SECONDS)
        .compose(answer -> answered(request, answer))
        .onFailure(failure -> refuse(request, failure))
        .onComplete(end -> process.leave());
  }

  private static Future<HttpClientResponse> handshake(
      HttpServerRequest request, HttpClientRequest upstream) {
    MultiMap headers = upstream.headers().addAll(request.headers());
    ForwardedHeaders.stripHopByHop(headers);
    ForwardedHeaders.announce(headers, request);
    headers
        .set(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE)
        .set(HttpHeaders.UPGRADE, HttpHeaders.WEBSOCKET);
    return upstream.connect();
  }

  private static Future<Void> answered(HttpServerRequest request, HttpClientResponse answer) {
    HttpServerResponse response = request.response();
    response.setStatusCode(answer.statusCode());
    if (answer.statusCode() != SWITCHING_PROTOCOLS) {
      request.resume();
      response.headers().addAll(answer.headers());
      ForwardedHeaders.stripHopByHop(response.headers());
      return answer.pipeTo(response);
    }
    response.headers().addAll(answer.headers());
    NetSocket site = answer.netSocket();
    Pipe<Buffer> fromSite = site.pipe(); // pauses it: the site may speak first
    return request.toNetSocket().compose(visitor -> join(visitor, site, fromSite));
  }

  /** Ends when both directions have. */
  private static Future<Void> join(NetSocket visitor, NetSocket site, Pipe<Buffer> fromSite) {
    Future<Void> there = visitor.pipeTo(site).onFailure(broken -> site.close());
    Future<Void> back = fromSite.to(visitor).onFailure(broken -> visitor.close());
    return Future.join(there, back).mapEmpty();
  }

  private static void refuse(HttpServerRequest request, Throwable failure) {
    LOG.debugf("a WebSocket ended: %s", failure.getMessage());
    HttpServerResponse response = request.response();
    if (!response.headWritten() && !response.closed()) {
      request.resume();
      response.headers().clear();
      ErrorPage.BAD_GATEWAY.send(response);
    }
  }
}

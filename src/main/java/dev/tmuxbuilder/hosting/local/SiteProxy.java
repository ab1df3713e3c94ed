package dev.tmuxbuilder.hosting.local;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Passes requests on to the process of a dynamic site. Belongs to one event loop. */
final class SiteProxy {
  private static final String LOOPBACK = "127.0.0.1";

  /** For a photograph or two in a form. */
  private static final long LARGEST_BODY = 32L << 20;

  /** Until an answer begins; how long it then goes on is the site's own affair. */
  private static final long ANSWER_SECONDS = 60;

  private static final int CONNECTIONS_PER_PROCESS = 512;
  private static final ProxyOptions OPTIONS = new ProxyOptions().setSupportWebSocket(false);

  private final HttpClient client;
  private final WebSocketTunnel tunnel;

  SiteProxy(Vertx vertx) {
    this.client =
        vertx
            .httpClientBuilder()
            .with(
                new HttpClientOptions()
                    .setConnectTimeout(2_000)
                    .setMaxPoolSize(CONNECTIONS_PER_PROCESS)
                    .setMaxWaitQueueSize(CONNECTIONS_PER_PROCESS)
                    // Node.js closes a silent connection after five seconds: be the first to do so.
                    .setKeepAliveTimeout(3)
                    .setDecompressionSupported(false))
            .withConnectHandler(Quiet::connection)
            .build();
    this.tunnel = new WebSocketTunnel(client);
  }

  /** False where the release was retired a moment ago: the request is another's then. */
  boolean pass(HttpServerRequest request, Program program) {
    Optional<String> target = RequestPath.originForm(request.uri());
    if (target.isEmpty()) {
      refuse(request, ErrorPage.BAD_REQUEST);
      return true;
    }
    if (declaredLength(request) > LARGEST_BODY) {
      request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      refuse(request, ErrorPage.TOO_LARGE);
      return true;
    }
    Optional<SiteProcess> process = program.enter();
    if (process.isEmpty() && program.isRetired()) {
      return false;
    }
    if (process.isEmpty()) {
      starting(request, program);
    } else if (WebSocketTunnel.wanted(request)) {
      tunnel.open(request, target.get(), process.get());
    } else {
      request.pause(); // until the connection to the process takes the body
      Exchange exchange = new Exchange(process.get(), program.sha256(), target.get());
      HttpProxy.reverseProxy(OPTIONS, client)
          .origin(context -> exchange.connect())
          .addInterceptor(exchange)
          .handle(request);
    }
    return true;
  }

  /** Nothing of the release runs now. */
  static void starting(HttpServerRequest request, Program program) {
    request
        .response()
        .putHeader(HttpHeaders.RETRY_AFTER, Long.toString(program.retryAfterSeconds()));
    refuse(request, ErrorPage.STARTING);
  }

  private static void refuse(HttpServerRequest request, ErrorPage page) {
    request.resume();
    page.send(request.response());
  }

  private static long declaredLength(HttpServerRequest request) {
    String length = request.headers().get(HttpHeaders.CONTENT_LENGTH);
    try {
      return length == null ? 0 : Long.parseLong(length);
    } catch (NumberFormatException malformed) { // the HTTP decoder has refused it, or will
      return Long.MAX_VALUE;
    }
  }

  /** One request, which the process has begun, and its answer. */
  private final class Exchange implements ProxyInterceptor {
    private final SiteProcess process;
    private final String sha256;
    private final String target;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable HttpClientRequest upstream;
    private @Nullable LimitedBody limited;

    Exchange(SiteProcess process, String sha256, String target) {
      this.process = process;
      this.sha256 = sha256;
      this.target = target;
    }

    Future<HttpClientRequest> connect() {
      return client
          .request(
              new RequestOptions()
                  .setMethod(HttpMethod.GET)
                  .setHost(LOOPBACK)
                  .setPort(process.port()))
          .onSuccess(request -> upstream = Quiet.request(request));
    }

    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
      ProxyRequest request = context.request();
      HttpServerRequest visitor = request.proxiedRequest();
      request.setURI(target);
      ForwardedHeaders.stripHopByHop(request.headers());
      ForwardedHeaders.announce(request.headers(), visitor);
      HostAndPort authority = visitor.authority();
      if (authority != null) {
        request.setAuthority(authority);
      }
      LimitedBody body = new LimitedBody(request.getBody().stream(), LARGEST_BODY);
      limited = body;
      request.setBody(Body.body(body, request.getBody().length()));
      return context
          .sendRequest()
          .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
          .recover(failure -> Future.succeededFuture(failed(request, failure)));
    }

    private ProxyResponse failed(ProxyRequest request, Throwable failure) {
      HttpClientRequest open = upstream;
      if (open != null) {
        open.reset();
      }
      LimitedBody body = limited;
      ErrorPage page =
          body != null && body.exceeded()
              ? ErrorPage.TOO_LARGE
              : failure instanceof TimeoutException ? ErrorPage.TOO_SLOW : ErrorPage.BAD_GATEWAY;
      request.proxiedRequest().resume();
      ProxyResponse answer = request.release().response().setStatusCode(page.status());
      page.describe(answer.headers());
      return answer.setBody(Body.body(page.content()));
    }

    @Override
    public Future<Void> handleProxyResponse(ProxyContext context) {
      ProxyResponse response = context.response();
      ForwardedHeaders.stripHopByHop(response.headers());
      response.putHeader(Headers.X_RELEASE, sha256);
      return context.sendResponse().onComplete(end -> leave());
    }

    private void leave() {
      if (over.compareAndSet(false, true)) {
        process.leave();
      }
    }
  }
}

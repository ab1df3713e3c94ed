package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.platform.Settings;
import io.netty.channel.ChannelException;
import io.smallrye.common.annotation.CheckReturnValue;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Fetches from a site as a plain client: no redirect is followed, nothing is unpacked, no cookie is
 * kept, and connections are made only to where {@link Outgoing} lets them. Never blocks; every call
 * has a deadline.
 */
@ApplicationScoped
public class SiteClient {
  /** As many connections as browsers open to one server, doubled. */
  static final int CONNECTIONS = 12;

  private final HttpClient client;
  private final Outgoing outgoing;
  private final Duration deadline;

  @Inject
  public SiteClient(Vertx vertx, Settings settings) {
    this(vertx, settings, Outgoing.of(settings));
  }

  SiteClient(Vertx vertx, Settings settings, Outgoing outgoing) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(5_000)
                .setKeepAliveTimeout(10)
                .setMaxHeaderSize(64 << 10),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    this.outgoing = outgoing;
    this.deadline = settings.browser().pageDeadline();
  }

  ConnectTo connectTo() {
    return outgoing.connectTo();
  }

  /**
   * An answer.
   *
   * @param url that gave it, after any redirects that were followed
   * @param body empty where it was only measured
   * @param sha256 of the bytes that were read
   * @param bytes how many were read
   * @param whole whether that was all of it
   */
  record Answer(
      URI url,
      int status,
      MultiMap headers,
      Buffer body,
      String sha256,
      long bytes,
      boolean whole) {
    /** Instead of an answer that did not come: status 0. */
    static Answer none(URI url) {
      return new Answer(url, 0, MultiMap.caseInsensitiveMultiMap(), Buffer.buffer(), "", 0, false);
    }

    /** The media type alone, in lower case, or nothing. */
    String type() {
      String value = Objects.requireNonNullElse(headers.get("content-type"), "");
      return value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    boolean isHtml() {
      return type().equals("text/html") || type().equals("application/xhtml+xml");
    }

    /** Where a redirect leads. */
    Optional<URI> target(URI from) {
      return status >= 300 && status < 400
          ? Optional.ofNullable(headers.get("location")).flatMap(Origin::parse).map(from::resolve)
          : Optional.empty();
    }
  }

  /**
   * Reads and keeps an answer.
   *
   * @param most bytes; the rest is not read
   * @return fails with the client's exception where there is no answer in time
   */
  @CheckReturnValue
  Uni<Answer> get(URI url, long most) {
    return send(HttpMethod.GET, url, Map.of(), Optional.empty(), most, true);
  }

  /** Like {@link #get}, but keeps only digest and length of the body. */
  @CheckReturnValue
  Uni<Answer> measure(URI url, long most) {
    return send(HttpMethod.GET, url, Map.of(), Optional.empty(), most, false);
  }

  /** Sends any request. */
  @CheckReturnValue
  Uni<Answer> send(
      HttpMethod method,
      URI url,
      Map<String, String> headers,
      Optional<byte[]> body,
      long most,
      boolean keep) {
    return outgoing
        .place(url)
        .chain(place -> exchange(options(method, url, place, headers), url, body, most, keep))
        .ifNoItem()
        .after(deadline)
        .failWith(() -> new NoAnswer("no answer within " + deadline.toSeconds() + " s"));
  }

  private Uni<Answer> exchange(
      RequestOptions options, URI url, Optional<byte[]> body, long most, boolean keep) {
    return Uni.createFrom()
        .<Answer>emitter(
            emitter -> {
              AtomicReference<@Nullable HttpClientRequest> open = new AtomicReference<>();
              emitter.onTermination(() -> reset(open.getAndSet(null)));
              client
                  .request(options)
                  .compose(
                      request -> {
                        open.set(request);
                        Future<HttpClientResponse> response =
                            body.isPresent()
                                ? request.send(Buffer.buffer(body.get()))
                                : request.send();
                        return response.compose(answer -> read(url, answer, most, keep));
                      })
                  .onComplete(
                      answer -> {
                        open.set(null);
                        emitter.complete(answer);
                      },
                      emitter::fail);
            });
  }

  private static void reset(@Nullable HttpClientRequest request) {
    if (request != null) {
      request.reset();
    }
  }

  /** Like {@link #get}, but goes along with redirects inside the site, five at most. */
  @CheckReturnValue
  Uni<Answer> follow(URI url, long most) {
    return follow(url, most, 5);
  }

  private Uni<Answer> follow(URI url, long most, int redirects) {
    return get(url, most)
        .chain(
            answer -> {
              Optional<URI> next = answer.target(url);
              return redirects > 0 && next.isPresent() && Origin.of(url).owns(next.get().toString())
                  ? follow(next.get(), most, redirects - 1)
                  : Uni.createFrom().item(answer);
            });
  }

  private static RequestOptions options(
      HttpMethod method, URI url, ConnectTo.Place place, Map<String, String> headers) {
    RequestOptions options =
        new RequestOptions()
            .setMethod(method)
            .setServer(SocketAddress.inetSocketAddress(place.port(), place.host()))
            .setHost(Origin.host(url))
            .setPort(Origin.port(url))
            .setSsl(place.tls())
            .setURI(pathAndQuery(url));
    headers.forEach(options::putHeader);
    return options;
  }

  private static String pathAndQuery(URI url) {
    String path = Objects.requireNonNullElse(url.getRawPath(), "");
    return (path.isEmpty() ? "/" : path)
        + (url.getRawQuery() == null ? "" : "?" + url.getRawQuery());
  }

  private static Future<Answer> read(
      URI url, HttpClientResponse response, long most, boolean keep) {
    Promise<Answer> done = Promise.promise();
    Intake intake = new Intake(most, keep);
    response.exceptionHandler(done::tryFail);
    response.handler(
        chunk -> {
          if (!intake.take(chunk)) {
            done.tryComplete(intake.answer(url, response, false));
            response.request().reset();
          }
        });
    response.endHandler(end -> done.tryComplete(intake.answer(url, response, true)));
    return done.future();
  }

  /** What a network or a server does, as against a fault of this program. */
  static boolean isNoAnswer(Throwable failure) {
    return failure instanceof NoAnswer
        || failure instanceof IOException
        || failure instanceof VertxException
        || failure instanceof ChannelException;
  }

  /** There was no answer in time. */
  static final class NoAnswer extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoAnswer(String message) {
      super(message);
    }
  }
}

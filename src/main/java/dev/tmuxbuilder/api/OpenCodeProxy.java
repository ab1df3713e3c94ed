package dev.tmuxbuilder.api;

import dev.tmuxbuilder.agent.AgentServers;
import dev.tmuxbuilder.execution.SessionId;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls on to a user's OpenCode and the answers back, at the pace of the slower side. What
 * is between two neighbours alone (RFC 9110, 7.6.1) stays there, and so do credentials.
 */
@ApplicationScoped
class OpenCodeProxy {
  private static final String PREFIX = "/api/opencode";
  private static final String DIRECTORY = "directory";
  private static final String DIRECTORY_HEADER = "x-opencode-directory";
  private static final int CONNECT_MILLIS = 2_000;
  private static final int CONNECTIONS = 256;
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> OURS =
      Set.of("authorization", "cookie", "host", "content-length", "accept-encoding", "expect");
  private static final Set<String> ITS_OWN = Set.of("set-cookie", "www-authenticate");

  private final HttpClient client;

  OpenCodeProxy(Vertx vertx) {
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setMaxPoolSize(CONNECTIONS)
                .setMaxWaitQueueSize(CONNECTIONS)
                .setKeepAlive(false) // the next server at that port may be another user's
                .setDecompressionSupported(false));
  }

  /** The session that a call is about, where its directory names one. */
  static Optional<SessionId> session(HttpServerRequest request) {
    return Optional.ofNullable(request.getParam(DIRECTORY))
        .or(() -> Optional.ofNullable(request.getHeader(DIRECTORY_HEADER)))
        .flatMap(SessionId::parse);
  }

  /** Passes one call; the item comes when the answer is written but for its end. */
  Uni<Void> pass(HttpServerRequest request, AgentServers.Lease lease, byte[] body) {
    return Uni.createFrom()
        .<Void>emitter(emitter -> begin(new Call(request, lease, emitter), body))
        .onTermination()
        .invoke(lease::close);
  }

  private void begin(Call call, byte[] body) {
    client
        .request(
            new RequestOptions()
                .setMethod(call.request.method())
                .setHost("127.0.0.1")
                .setPort(call.lease.port())
                .setURI(target(call.request, call.lease)))
        .compose(
            sending -> {
              call.sends(sending);
              headers(call, sending.headers());
              return sending.send(Buffer.buffer(body));
            })
        .onSuccess(call::answered)
        .onFailure(call::failed);
  }

  /** The path behind ours as it came, with a session's folder where its name was. */
  static String target(HttpServerRequest request, AgentServers.Lease lease) {
    String uri = request.uri();
    int mark = uri.indexOf('?');
    String path = uri.substring(PREFIX.length(), mark < 0 ? uri.length() : mark);
    if (mark < 0) {
      return path;
    }
    StringBuilder query = new StringBuilder();
    for (String part : uri.substring(mark + 1).split("&")) {
      Optional<SessionId> session =
          part.startsWith(DIRECTORY + "=")
              ? SessionId.parse(part.substring(DIRECTORY.length() + 1))
              : Optional.empty();
      query
          .append(query.isEmpty() ? '?' : '&')
          .append(
              session
                  .map(lease::folder)
                  .map(
                      folder ->
                          DIRECTORY
                              + "="
                              + URLEncoder.encode(folder.toString(), StandardCharsets.UTF_8))
                  .orElse(part));
    }
    return path + query;
  }

  private static void headers(Call call, MultiMap to) {
    MultiMap from = call.request.headers();
    copy(from, to, OURS);
    Optional.ofNullable(from.get(DIRECTORY_HEADER))
        .flatMap(SessionId::parse)
        .ifPresent(session -> to.set(DIRECTORY_HEADER, call.lease.folder(session).toString()));
    to.set(HttpHeaders.AUTHORIZATION, call.lease.authorization());
  }

  private static void copy(MultiMap from, MultiMap to, Set<String> left) {
    Set<String> out = new HashSet<>(HOP_BY_HOP);
    out.addAll(left);
    from.getAll("connection").stream()
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .forEach(out::add);
    from.forEach(
        (name, value) -> {
          if (!out.contains(name.toLowerCase(Locale.ROOT))) {
            to.add(name, value);
          }
        });
  }

  /** One call on its way. Belongs to one event loop. */
  private static final class Call {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final AgentServers.Lease lease;
    private final UniEmitter<? super Void> emitter;
    private @Nullable HttpClientRequest sending;
    private boolean over;

    Call(HttpServerRequest request, AgentServers.Lease lease, UniEmitter<? super Void> emitter) {
      this.request = request;
      this.response = request.response();
      this.lease = lease;
      this.emitter = emitter;
      response.closeHandler(closed -> hungUp());
      emitter.onTermination(this::hungUp);
    }

    void sends(HttpClientRequest now) {
      sending = now;
      if (over) {
        now.reset();
      }
    }

    private void hungUp() {
      if (!over) {
        over = true;
        HttpClientRequest open = sending;
        if (open != null) {
          open.reset();
        }
        emitter.complete(null);
      }
    }

    void failed(Throwable failure) {
      if (!over) {
        over = true;
        emitter.fail(
            ApiException.overloaded("Your OpenCode does not answer. Try again in a moment.", 5));
      }
    }

    void answered(HttpClientResponse answer) {
      if (over) {
        answer.request().reset();
        return;
      }
      response.setStatusCode(answer.statusCode());
      copy(answer.headers(), response.headers(), ITS_OWN);
      if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
        response.setChunked(true);
      }
      response.write(Buffer.buffer()); // the head, also where nothing follows for a while
      answer.exceptionHandler(broken -> brokenOff());
      answer.handler(
          part -> {
            response.write(part);
            if (response.writeQueueFull()) {
              answer.pause();
              response.drainHandler(drained -> answer.resume());
            }
          });
      answer.endHandler(
          end -> {
            if (!over) {
              over = true;
              emitter.complete(null);
            }
          });
    }

    /** The server broke off in the middle: nobody must take it for the end. */
    private void brokenOff() {
      if (!over) {
        over = true;
        response.reset();
        lease.close();
      }
    }
  }
}

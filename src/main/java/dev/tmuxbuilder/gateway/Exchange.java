package dev.tmuxbuilder.gateway;

import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call and its answer. The call is read whole, so that it can be sent again; the answer goes
 * through as it comes, at the pace of the slower side. Where the agent hangs up, so do we. Belongs
 * to one event loop.
 */
final class Exchange {
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int OVERLOADED = 529;
  private static final long FIRST_PAUSE_MILLIS = 500;

  private final Upstream upstream;
  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final AgentSession session;
  private final Provider provider;
  private final Provider.Call call;
  private final Runnable left;

  private Buffer body = Buffer.buffer();
  private Provider.@Nullable Outgoing outgoing;
  private @Nullable HttpClientRequest open;
  private @Nullable Counter counter;
  private int attempt;
  private boolean over;

  Exchange(
      Upstream upstream,
      HttpServerRequest request,
      AgentSession session,
      Provider provider,
      Provider.Call call,
      Runnable left) {
    this.upstream = upstream;
    this.request = request;
    this.response = request.response();
    this.session = session;
    this.provider = provider;
    this.call = call;
    this.left = left;
  }

  void begin() {
    response.closeHandler(closed -> hungUp());
    response.exceptionHandler(broken -> hungUp());
    request.exceptionHandler(broken -> hungUp());
    request.handler(this::read);
    request.endHandler(end -> budget());
    request.resume();
  }

  private void read(Buffer part) {
    if (over) {
      return;
    }
    if (body.length() + part.length() > upstream.maxBody()) {
      refuse(Refused.TOO_LARGE);
    } else {
      body.appendBuffer(part);
    }
  }

  private void budget() {
    if (over) {
      return;
    }
    try {
      outgoing = provider.outgoing(call, Upstream.query(request.query()), request.headers(), body);
    } catch (NoSuchModel unknown) {
      refuse(Refused.NO_SUCH_MODEL);
      return;
    } catch (IllegalArgumentException malformed) {
      refuse(Refused.MALFORMED);
      return;
    }
    if (!call.counts()) {
      send();
      return;
    }
    upstream
        .metering()
        .exceeded(session)
        .subscribe()
        .with(
            exceeded -> {
              if (exceeded.isPresent()) {
                refuse(Refused.BUDGET_SPENT);
              } else {
                send();
              }
            },
            failure -> refuse(Refused.UNAVAILABLE));
  }

  private void send() {
    Provider.Outgoing wish = outgoing;
    if (over || wish == null) {
      return;
    }
    attempt++;
    URI address = Upstream.address(provider.base().orElseThrow(), wish);
    Context context = upstream.vertx().getOrCreateContext();
    upstream
        .request(request.method(), address)
        .compose(
            sending -> {
              open = sending;
              sending.exceptionHandler(broken -> {}); // send() and the answer say so as well
              passed(sending.headers());
              return provider
                  .authorise(context, address, sending.headers(), wish.body())
                  .compose(authorised -> sending.send(wish.body()));
            })
        .onSuccess(this::answered)
        .onFailure(failure -> refuse(Refused.UNREACHABLE));
  }

  private void passed(MultiMap headers) {
    request
        .headers()
        .forEach(
            (name, value) -> {
              if (provider.passes(name.toLowerCase(java.util.Locale.ROOT))) {
                headers.add(name, value);
              }
            });
  }

  private void answered(HttpClientResponse answer) {
    int status = provider.status(answer.statusCode());
    if (over) {
      answer.request().reset();
      return;
    }
    upstream.metering().answered(provider, status);
    Optional<Long> pause = pause(answer, status);
    if (pause.isPresent()) {
      answer.handler(ignored -> {}).exceptionHandler(ignored -> {});
      upstream.metering().triedAgain(provider);
      upstream.vertx().setTimer(pause.get(), timer -> send());
    } else if (status == 401 || status == 403) {
      answer.handler(ignored -> {}).exceptionHandler(ignored -> {});
      refuse(Refused.KEY_REFUSED);
    } else {
      pass(answer, status);
    }
  }

  /** How long to wait before the next try; empty where there is to be none. */
  private Optional<Long> pause(HttpClientResponse answer, int status) {
    if ((status != TOO_MANY_REQUESTS && status != OVERLOADED) || attempt >= upstream.attempts()) {
      return Optional.empty();
    }
    long longest = upstream.longestPause().toMillis();
    long grown = FIRST_PAUSE_MILLIS << Math.min(attempt - 1, 10);
    long jittered = ThreadLocalRandom.current().nextLong(grown / 2, grown + 1);
    return RetryAfter.of(answer.getHeader(HttpHeaders.RETRY_AFTER))
        .map(wanted -> Math.max(1, wanted.toMillis()))
        .or(() -> Optional.of(Math.min(jittered, longest)))
        .filter(millis -> millis <= longest);
  }

  private void pass(HttpClientResponse answer, int status) {
    Optional<Translation> translation = provider.translation(status, mediaType(answer));
    String form = translation.map(Translation::mediaType).orElseGet(() -> mediaType(answer));
    Counter counting = new Counter(provider, form.startsWith("text/event-stream"));
    if (call.counts() && status == 200) {
      counter = counting;
    }
    if (status >= 400) {
      upstream.refusals().note(session.execution(), status);
    }
    response.setStatusCode(status);
    HopByHop.copyAnswer(answer.headers(), response.headers());
    if (translation.isPresent()) {
      response.headers().remove(HttpHeaders.CONTENT_LENGTH);
      response.putHeader(HttpHeaders.CONTENT_TYPE, form);
    }
    if (!response.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
      response.setChunked(true);
    }
    answer.exceptionHandler(broken -> brokenOff());
    answer.handler(
        part -> {
          write(counting, () -> translation.map(it -> it.take(part)).orElse(part));
          if (response.writeQueueFull()) {
            answer.pause();
            response.drainHandler(drained -> answer.resume());
          }
        });
    answer.endHandler(
        end -> {
          write(counting, () -> translation.map(Translation::end).orElseGet(Buffer::buffer));
          if (!over) {
            finish();
            response.end();
          }
        });
  }

  private void write(Counter counting, Supplier<Buffer> said) {
    if (over) {
      return;
    }
    try {
      Buffer part = said.get();
      if (part.length() > 0) {
        counting.take(part);
        response.write(part);
      }
    } catch (IllegalArgumentException notUnderstood) {
      brokenOff();
    }
  }

  private static String mediaType(HttpClientResponse answer) {
    String type = answer.getHeader(HttpHeaders.CONTENT_TYPE);
    return type == null ? "" : type.toLowerCase(java.util.Locale.ROOT);
  }

  /** The provider broke off in the middle: the agent must not take it for the end. */
  private void brokenOff() {
    if (!over) {
      finish();
      HttpClientRequest sending = open;
      if (sending != null) {
        sending.reset();
      }
      response.reset();
    }
  }

  private void hungUp() {
    if (!over) {
      finish();
      HttpClientRequest sending = open;
      if (sending != null) {
        sending.reset();
      }
    }
  }

  private void refuse(Refused refused) {
    if (!over) {
      finish();
      upstream.refusals().note(session.execution(), refused.status());
      Answers.refuse(request, provider, refused);
    }
  }

  private void finish() {
    over = true;
    left.run();
    Counter counting = counter;
    if (counting != null) {
      upstream.metering().add(session, provider, counting.tally());
    }
  }
}

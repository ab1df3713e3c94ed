package dev.tmuxbuilder.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Follows an execution's stream in a thread of its own and comes back after every drop with {@code
 * Last-Event-ID}, so that its reader sees each event once and in order. The reader is one thread.
 */
final class EventStream implements AutoCloseable {
  /** What the reader hears. */
  sealed interface Signal {
    record Happened(Event event) implements Signal {}

    /** The connection is gone; the next try comes by itself. */
    record Dropped(int tries, String why) implements Signal {}

    record GaveUp(CliFailure failure) implements Signal {}
  }

  /**
   * How patient a stream is.
   *
   * @param silence without a byte, after which the connection counts as dead; the service sends
   *     something every 15 seconds
   * @param firstPause before the second try; it doubles
   * @param longestPause between two tries
   * @param away the longest that the service may be away in one piece
   */
  record Patience(Duration silence, Duration firstPause, Duration longestPause, Duration away) {
    static final Patience USUAL =
        new Patience(
            Duration.ofSeconds(45),
            Duration.ofMillis(250),
            Duration.ofSeconds(5),
            Duration.ofMinutes(2));
  }

  private static final int READ_AHEAD = 256;

  private final Api api;
  private final String path;
  private final int run;
  private final Patience patience;
  private final BlockingQueue<Signal> signals = new ArrayBlockingQueue<>(READ_AHEAD);
  private final Thread thread;
  private volatile long lastSign = System.nanoTime();
  private volatile Optional<InputStream> connection = Optional.empty();
  private long lastId;

  /**
   * @param run whose events are wanted; those of earlier runs are passed over
   */
  EventStream(Api api, String execution, int run, Patience patience) {
    this.api = api;
    this.path = "/api/status/" + execution + "/stream";
    this.run = run;
    this.patience = patience;
    this.thread = Thread.ofVirtual().name("stream " + execution).unstarted(this::follow);
  }

  EventStream start() {
    thread.start();
    return this;
  }

  /** The next signal; empty where none came in time. Blocks for at most {@code wait}. */
  Optional<Signal> next(Duration wait) throws InterruptedException {
    Optional<Signal> next =
        Optional.ofNullable(signals.poll(wait.toMillis(), TimeUnit.MILLISECONDS));
    if (next.isEmpty() && System.nanoTime() - lastSign > patience.silence().toNanos()) {
      hangUp();
    }
    return next;
  }

  private void follow() {
    Duration pause = patience.firstPause();
    int tries = 0;
    long lastContact = System.nanoTime();
    try {
      while (true) {
        long before = lastId;
        String why;
        try {
          if (readUntilTheEnd()) {
            return;
          }
          why = "the service closed the stream";
        } catch (IOException broken) {
          why = Optional.ofNullable(broken.getMessage()).orElse("the connection broke");
        }
        if (lastId > before) {
          pause = patience.firstPause();
          tries = 0;
          lastContact = System.nanoTime();
        }
        if (System.nanoTime() - lastContact > patience.away().toNanos()) {
          signals.put(new Signal.GaveUp(away(why)));
          return;
        }
        signals.put(new Signal.Dropped(++tries, why));
        TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        pause = min(pause.multipliedBy(2), patience.longestPause());
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the run's last event was seen. */
  private boolean readUntilTheEnd() throws IOException, InterruptedException {
    HttpResponse<InputStream> response = connect();
    try (InputStream body = response.body()) {
      if (response.statusCode() != 200) {
        return refused(response);
      }
      lastSign = System.nanoTime();
      connection = Optional.of(body);
      return read(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
    } finally {
      connection = Optional.empty();
    }
  }

  /** The request's own time-out would count the stream's length too in later JDKs. */
  private HttpResponse<InputStream> connect() throws IOException, InterruptedException {
    HttpRequest request =
        api.request(path)
            .setHeader("Accept", "text/event-stream")
            .header("Last-Event-ID", Long.toString(lastId))
            .build();
    CompletableFuture<HttpResponse<InputStream>> answer =
        api.client().sendAsync(request, BodyHandlers.ofInputStream());
    try {
      return answer.get(patience.silence().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException noAnswer) {
      answer.cancel(true);
      throw new IOException("no answer", noAnswer);
    }
  }

  private boolean read(BufferedReader lines) throws IOException, InterruptedException {
    SseParser parser = new SseParser(lastId);
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      lastSign = System.nanoTime();
      Optional<Event> event = parser.line(line).filter(this::isNew);
      if (event.isPresent()) {
        lastId = Math.max(lastId, event.get().id());
        if (isOfAnEarlierRun(event.get())) {
          continue;
        }
        signals.put(new Signal.Happened(event.get()));
        if (event.get().isEnd()) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isOfAnEarlierRun(Event event) {
    return event.run() > 0 && event.run() < run;
  }

  private boolean isNew(Event event) {
    return event.isEnd() || event.id() > lastId;
  }

  /** What the service will not do is final; what it cannot do just now is tried again. */
  private boolean refused(HttpResponse<InputStream> response)
      throws IOException, InterruptedException {
    String body = new String(response.body().readNBytes(1 << 16), StandardCharsets.UTF_8);
    CliFailure problem = Problem.of(response.statusCode(), body, response.headers());
    if (response.statusCode() >= 500 || response.statusCode() == 429) {
      throw new IOException(problem.text());
    }
    signals.put(new Signal.GaveUp(problem));
    return true;
  }

  private CliFailure away(String why) {
    return CliFailure.failed(
        "unreachable",
        "the service at " + api.address() + " did not come back (" + why + ")",
        "The run goes on where the service runs; watch it again later.");
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void hangUp() {
    lastSign = System.nanoTime();
    connection.ifPresent(
        body -> {
          try {
            body.close();
          } catch (IOException alreadyGone) {
            lastSign = System.nanoTime();
          }
        });
  }

  @Override
  public void close() {
    thread.interrupt();
    hangUp();
  }
}

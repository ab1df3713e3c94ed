package dev.tmuxbuilder.api;

import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.platform.DiskSpace;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says no at the door, with the time to come again, before anything is made: rather than let
 * everybody wait for what cannot be done now.
 */
@ApplicationScoped
class Admission {
  private static final int BEFORE_ALL_ELSE = 10_100;
  private static final int RETRY_A_WISH = 30;
  private static final int RETRY_A_CALL = 1;

  private final Queue queue;
  private final DiskSpace disk;
  private final int maxWaiting;
  private final int maxCalls;
  private final AtomicInteger calls = new AtomicInteger();

  Admission(Queue queue, @Readiness DiskSpace disk, Settings settings) {
    this.queue = queue;
    this.disk = disk;
    this.maxWaiting = settings.runs().maxWaiting();
    this.maxCalls = settings.api().maxCalls();
  }

  /**
   * For what adds to the queue.
   *
   * @throws ApiException where there is no room in it
   */
  void requireQueue() {
    if (queue.waiting() >= maxWaiting) {
      throw ApiException.tooMany(
          "Too many sites are waiting to be built. Try again in a while.", RETRY_A_WISH);
    }
  }

  /** A tenant's own runs that wait are as many as they may be. */
  static ApiException shareIsFull() {
    return ApiException.tooMany(
        "Too many of your own sites are waiting to be built. Try again in a while.", RETRY_A_WISH);
  }

  /**
   * For what will need room on the disk for the first time.
   *
   * @throws ApiException where there is none
   */
  void requireDisk() {
    if (disk.full()) {
      throw ApiException.overloaded(
          "This server has no room for a new site now. Try again in a while.", RETRY_A_WISH);
    }
  }

  void register(@Observes Filters filters) {
    filters.register(this::limit, BEFORE_ALL_ELSE);
  }

  /** Streams wait for events, at hardly any cost: they do not count. */
  private void limit(RoutingContext call) {
    String path = call.request().path();
    if (path == null || !path.startsWith("/api/") || path.endsWith("/stream")) {
      call.next();
      return;
    }
    if (calls.incrementAndGet() > maxCalls) {
      calls.decrementAndGet();
      refuse(call, path);
      return;
    }
    call.addEndHandler(ended -> calls.decrementAndGet());
    call.next();
  }

  private static void refuse(RoutingContext call, String path) {
    ApiException busy =
        ApiException.overloaded(
            "This server has as much to do as it can. Try again in a moment.", RETRY_A_CALL);
    busy.headers().forEach(call.response()::putHeader);
    call.response()
        .setStatusCode(busy.code().status())
        .putHeader(HttpHeaders.CONTENT_TYPE, Problem.MEDIA_TYPE)
        .end(Problems.body(busy, path));
  }
}

package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.platform.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Red before the queue is so long that new runs are refused. */
@Readiness
@ApplicationScoped
class QueueReadiness implements HealthCheck {
  private static final int PERCENT = 90;

  private final Queue queue;
  private final int maxWaiting;

  QueueReadiness(Queue queue, Settings settings) {
    this.queue = queue;
    this.maxWaiting = settings.runs().maxWaiting();
  }

  @Override
  public HealthCheckResponse call() {
    long waiting = queue.waiting();
    return HealthCheckResponse.named("Room in the queue")
        .status(waiting * 100 < (long) maxWaiting * PERCENT)
        .withData("waiting", waiting)
        .withData("room for", maxWaiting)
        .build();
  }
}

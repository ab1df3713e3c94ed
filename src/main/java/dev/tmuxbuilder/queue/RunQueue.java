package dev.tmuxbuilder.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.platform.NodeName;
import dev.tmuxbuilder.platform.Settings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.interceptor.Interceptor;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * db-scheduler, as this service uses it: each job is picked by one node, which says every few
 * seconds that it lives; the jobs of a node that falls silent are taken over by another.
 */
@ApplicationScoped
class RunQueue implements Queue {
  private static final System.Logger LOG = System.getLogger(RunQueue.class.getName());
  private static final Duration ROUND = Duration.ofSeconds(1);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final Duration SOON = Duration.ofMillis(200);
  private static final int MISSED_HEARTBEATS = 4;

  private final DataSource database;
  private final RunHandler handler;
  private final ActiveRuns active;
  private final NodeName node;
  private final int concurrent;
  private final Scheduler scheduler;
  private final AtomicLong waiting = new AtomicLong();

  RunQueue(
      DataSource database,
      RunHandler handler,
      ActiveRuns active,
      NodeName node,
      Settings settings) {
    this.database = database;
    this.handler = handler;
    this.active = active;
    this.node = node;
    this.concurrent = settings.runs().concurrent();
    this.scheduler =
        Scheduler.create(
                database, task(RunRef.RUN, handler::run), task(RunRef.DESTROY, handler::destroy))
            .schedulerName(new SchedulerName.Fixed(node.value()))
            .serializer(new JsonSerializer())
            .threads(concurrent)
            .executorService(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-", 0).factory()))
            .pollUsingLockAndFetch(0.5, 1.0)
            .pollingInterval(ROUND)
            .heartbeatInterval(settings.runs().heartbeat())
            .missedHeartbeatsLimit(MISSED_HEARTBEATS)
            .enablePriority() // see store.Jobs: nobody waits for all that another has queued
            .shutdownMaxWait(settings.runs().drain())
            .build();
  }

  private interface Job {
    void run(RunRef ref) throws InterruptedException;
  }

  private static Task<RunRef> task(String name, Job job) {
    return Tasks.oneTime(name, RunRef.class)
        .onFailure(RunQueue::again)
        .onDeadExecutionRevive()
        .execute(
            (instance, context) -> {
              try {
                job.run(instance.getData());
              } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
                throw new ActiveRuns.Draining();
              }
            });
  }

  private static void again(ExecutionComplete failed, ExecutionOperations<RunRef> job) {
    Throwable cause = failed.getCause().orElseGet(IllegalStateException::new);
    Duration pause =
        switch (cause) {
          case ActiveRuns.Draining ignored -> Duration.ZERO;
          case Executions.StillRunning ignored -> SOON;
          default -> {
            LOG.log(System.Logger.Level.ERROR, "a job failed and is tried again", cause);
            yield AGAIN;
          }
        };
    job.reschedule(failed, Instant.now().plus(pause));
  }

  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
    takeBackWhatAnEarlierProcessHeld();
    scheduler.start();
  }

  void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event) {
    scheduler.pause();
    active.drain();
    scheduler.stop();
  }

  @Override
  public void wake() {
    waiting.incrementAndGet();
    if (active.size() < concurrent) { // else the end of a run looks for the next one
      scheduler.triggerCheckForDueExecutions();
    }
  }

  @Override
  public long waiting() {
    return waiting.get();
  }

  @Scheduled(every = "1s")
  @RunOnVirtualThread
  void count() {
    try (Connection connection = database.getConnection();
        PreparedStatement query =
            connection.prepareStatement("select count(*) from scheduled_tasks where not picked");
        ResultSet rows = query.executeQuery()) {
      rows.next();
      waiting.set(rows.getLong(1));
    } catch (SQLException away) {
      LOG.log(System.Logger.Level.DEBUG, "not counted this time", away);
    }
  }

  /**
   * This process alone uses the node's name, so whatever is picked under it was held by one that
   * was killed: no need to wait for its heartbeat to be missed.
   */
  private void takeBackWhatAnEarlierProcessHeld() {
    try (Connection connection = database.getConnection();
        PreparedStatement update =
            connection.prepareStatement(
                "update scheduled_tasks set picked = false, picked_by = null,"
                    + " last_heartbeat = null, execution_time = now(), version = version + 1"
                    + " where picked and picked_by = ?")) {
      update.setString(1, node.value());
      int taken = update.executeUpdate();
      if (taken > 0) {
        LOG.log(System.Logger.Level.INFO, "{0} interrupted jobs go on", taken);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static final class JsonSerializer implements Serializer {
    @Override
    public byte[] serialize(Object data) {
      return Json.bytes(data);
    }

    @Override
    public <T> T deserialize(Class<T> type, byte[] data) {
      return Json.read(new String(data, StandardCharsets.UTF_8), type);
    }
  }
}

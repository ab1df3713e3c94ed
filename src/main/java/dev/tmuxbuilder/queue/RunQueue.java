package dev.tmuxbuilder.queue;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.serializer.Serializer;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.tmuxbuilder.execution.Executions;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.execution.LeaseLost;
import dev.tmuxbuilder.execution.Nodes;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.execution.RunRef;
import dev.tmuxbuilder.execution.StoreAway;
import dev.tmuxbuilder.platform.NodeName;
import dev.tmuxbuilder.platform.Refusal;
import dev.tmuxbuilder.platform.Rhythm;
import dev.tmuxbuilder.platform.RunFields;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.subscription.Cancellable;
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
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

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
  private static final Duration COUNT = Duration.ofSeconds(1);

  /** More than a clock is ever off by itself between two looks at it. */
  private static final Duration JUMP = Duration.ofSeconds(2);

  private final DataSource database;
  private final RunHandler handler;
  private final ActiveRuns active;
  private final NodeName node;
  private final int concurrent;
  private final Scheduler scheduler;
  private final DatabaseClock clock = new DatabaseClock();
  private final AtomicLong waiting = new AtomicLong();
  private @Nullable Cancellable counting;

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
            .clock(clock) // before the polling interval, which is kept by it
            .schedulerName(new SchedulerName.Fixed(node.value()))
            .serializer(new JsonSerializer())
            .threads(concurrent)
            .executorService(
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("run-", 0).factory()))
            .pollUsingLockAndFetch(0.5, 1.0)
            .pollingInterval(ROUND)
            .heartbeatInterval(settings.runs().heartbeat())
            .missedHeartbeatsLimit(Nodes.MISSED_BEATS)
            .enablePriority() // see store.Jobs: nobody waits for all that another has queued
            .failureLogging(LogLevel.DEBUG, false) // every failure is told by again()
            .shutdownMaxWait(settings.runs().drain())
            .build();
  }

  private interface Job {
    void run(RunRef ref) throws InterruptedException;
  }

  private Task<RunRef> task(String name, Job job) {
    return Tasks.oneTime(name, RunRef.class)
        .onFailure(this::again)
        .onDeadExecution(this::revive)
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

  /** It waits no longer than it has waited: who begins later must not go before it. */
  private void revive(ExecutionComplete dead, ExecutionOperations<RunRef> job) {
    try {
      job.reschedule(dead, dead.getExecution().executionTime);
    } catch (RuntimeException first) { // of several nodes that see it dead, one is the first
      LOG.log(System.Logger.Level.DEBUG, "revived by another node", first);
      return;
    }
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} of a node that fell silent goes on",
        dead.getExecution().taskInstance.getId());
    wake();
  }

  private void again(ExecutionComplete failed, ExecutionOperations<RunRef> job) {
    Throwable cause = failed.getCause().orElseGet(IllegalStateException::new);
    if (cause instanceof LeaseLost) { // and with it the job
      tell(failed, System.Logger.Level.WARNING, "is left to its new owner", null);
      return;
    }
    if (cause instanceof ActiveRuns.Draining) {
      job.reschedule(failed, failed.getExecution().executionTime);
      return;
    }
    Duration pause =
        switch (cause) {
          case Executions.StillRunning ignored -> SOON;
          case StoreAway away -> {
            tell(
                failed,
                System.Logger.Level.WARNING,
                "goes on when it can: " + away.getMessage(),
                null);
            yield AGAIN;
          }
          default -> {
            tell(failed, System.Logger.Level.ERROR, "the job failed and is tried again", cause);
            yield AGAIN;
          }
        };
    job.reschedule(failed, clock.now().plus(pause));
  }

  private static void tell(
      ExecutionComplete failed, System.Logger.Level level, String words, @Nullable Throwable why) {
    RunRef ref = (RunRef) failed.getExecution().taskInstance.getData();
    new RunFields(ref.tenant().toString(), ref.execution(), ref.run())
        .log(RunQueue.class.getName(), level, Optional.empty(), words, why);
  }

  void start(@Observes @Priority(Interceptor.Priority.LIBRARY_AFTER) StartupEvent event) {
    if (concurrent < 1) {
      throw new Refusal(
          "TMUXBUILDER_RUNS_CONCURRENT is " + concurrent + ", so no site would ever be built.",
          "Set it to 1 or more, or leave it out.");
    }
    takeBackWhatAnEarlierProcessHeld();
    counting = Rhythm.every(COUNT, "counting", () -> VirtualThreads.run("count", this::count));
    scheduler.start();
  }

  void stop(@Observes @Priority(Interceptor.Priority.LIBRARY_BEFORE) ShutdownEvent event) {
    if (counting != null) {
      counting.cancel();
    }
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

  private void count() throws SQLException {
    try (Connection connection = database.getConnection()) {
      follow(connection);
      try (PreparedStatement query =
              connection.prepareStatement("select count(*) from scheduled_tasks where not picked");
          ResultSet rows = query.executeQuery()) {
        rows.next();
        waiting.set(rows.getLong(1));
      }
    }
  }

  /**
   * Keeps to the database's clock. Where that was set back, what was dated by it before lies in the
   * future: nobody would take up such a job, nor see that its owner is silent.
   */
  private void follow(Connection connection) throws SQLException {
    Duration off = clock.read(connection);
    if (off.abs().compareTo(JUMP) < 0) {
      return;
    }
    LOG.log(System.Logger.Level.WARNING, "the database''s clock was set by {0}", off);
    try (PreparedStatement update =
        connection.prepareStatement(
            "update scheduled_tasks set execution_time = least(execution_time, now()),"
                + " last_heartbeat = case when picked then now() end"
                + " where execution_time < now() + interval '1 day'" // not what is held back
                + " and (picked or execution_time > now())")) {
      update.executeUpdate();
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
                    + " last_heartbeat = null, version = version + 1"
                    + " where picked and picked_by = ?")) {
      clock.read(connection);
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

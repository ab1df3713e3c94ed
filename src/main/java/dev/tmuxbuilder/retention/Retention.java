package dev.tmuxbuilder.retention;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.JournalKeeping;
import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.workspace.Evidence;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes what the settings do not keep, a little at a time. */
@ApplicationScoped
class Retention {
  private static final System.Logger LOG = System.getLogger(Retention.class.getName());
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMinutes(10);

  /** So that nobody waits long for a lock, and a round ends. */
  private static final int LINES_AT_A_TIME = 2_000;

  private static final int EXECUTIONS_A_ROUND = 5_000;

  private final JournalKeeping journals;
  private final Evidence evidence;
  private final OneNode one;
  private final Settings.Retention settings;
  private final Clock clock;
  private final Counter lines;
  private final Counter runs;
  private final Counter logs;
  private final Counter bytes;

  Retention(
      JournalKeeping journals,
      Evidence evidence,
      OneNode one,
      Settings settings,
      Clock clock,
      MeterRegistry registry) {
    this.journals = journals;
    this.evidence = evidence;
    this.one = one;
    this.settings = settings.retention();
    this.clock = clock;
    this.lines = removed(registry, "journal_lines");
    this.runs = removed(registry, "runs_evidence");
    this.logs = removed(registry, "logs");
    this.bytes =
        Counter.builder("tmuxbuilder.retention.freed")
            .description("What was removed from the disk by policy")
            .baseUnit("bytes")
            .register(registry);
  }

  private static Counter removed(MeterRegistry registry, String what) {
    return Counter.builder("tmuxbuilder.retention.removed")
        .description("What was removed by policy")
        .tag("what", what)
        .register(registry);
  }

  /** Its figures are there from the start, and zero. */
  void start(@Observes StartupEvent event) {}

  @Scheduled(
      every = "${tmuxbuilder.retention.every:1h}",
      delayed = "${tmuxbuilder.retention.every:1h}",
      concurrentExecution = ConcurrentExecution.SKIP)
  @RunOnVirtualThread
  void round() {
    try {
      one.run("retention", this::tidy);
    } catch (RuntimeException failed) { // whatever it is, the next round tries again
      LOG.log(System.Logger.Level.WARNING, "what is not kept could not be removed", failed);
    }
  }

  private void tidy() {
    Instant now = clock.instant();
    int gone = journals(now);
    Evidence.Removed files = files(now);
    if (gone > 0 || !files.equals(Evidence.Removed.NOTHING)) {
      LOG.log(
          System.Logger.Level.INFO,
          "Not kept any longer, and removed: {0} lines of journals, the pictures of {1} runs, {2}"
              + " logs; {3} bytes of files",
          gone,
          files.runs(),
          files.logs(),
          files.bytes());
    }
  }

  private int journals(Instant now) {
    var policy =
        new JournalKeeping.Policy(
            settings.journalRuns(), now.minus(settings.journalAge()), settings.journalLines());
    int all = 0;
    for (JournalKeeping.Due due :
        journals.due(policy, EXECUTIONS_A_ROUND).await().atMost(PATIENCE)) {
      int gone;
      do {
        gone = journals.remove(due, policy, LINES_AT_A_TIME).await().atMost(PATIENCE);
        lines.increment(gone);
        all += gone;
      } while (gone == LINES_AT_A_TIME);
    }
    return all;
  }

  private Evidence.Removed files(Instant now) {
    var policy =
        new Evidence.Policy(
            settings.screenshotRuns(),
            now.minus(settings.screenshotAge()),
            settings.screenshotBytes(),
            now.minus(settings.logAge()),
            settings.logBytes());
    Evidence.Removed all = Evidence.Removed.NOTHING;
    List<ExecutionId> beyond = evidence.beyond(policy).await().atMost(LOOK);
    for (ExecutionId execution : beyond) {
      Optional<Set<Integer>> untouchable = journals.untouchable(execution).await().atMost(PATIENCE);
      if (untouchable.isPresent()) {
        Evidence.Removed gone =
            evidence.remove(execution, policy, untouchable.get()).await().atMost(PATIENCE);
        runs.increment(gone.runs());
        logs.increment(gone.logs());
        bytes.increment(gone.bytes());
        all = all.and(gone);
      }
    }
    return all;
  }
}

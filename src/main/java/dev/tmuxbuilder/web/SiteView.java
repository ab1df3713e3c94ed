package dev.tmuxbuilder.web;

import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.execution.AgentKind;
import dev.tmuxbuilder.execution.Archive;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.ErrorInfo;
import dev.tmuxbuilder.execution.Event;
import dev.tmuxbuilder.execution.Execution;
import dev.tmuxbuilder.execution.Receipt;
import dev.tmuxbuilder.execution.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A site as its page shows it. */
public record SiteView(
    String id,
    String name,
    String title,
    String host,
    String type,
    String agent,
    String status,
    int run,
    @Nullable String url,
    @Nullable Integer release,
    @Nullable Long queuePosition,
    @Nullable ErrorInfo error,
    boolean atRest,
    Instant createdAt,
    Instant updatedAt,
    int done,
    List<StepView> steps,
    List<Line> log,
    List<ReleaseView> releases,
    @Nullable Tests tests) {

  /** How far it has come, with the newest lines of the log. */
  record Journal(Snapshot now, List<Event> log) {}

  /** A line of the log. */
  public record Line(long seq, Instant at, String level, String step, String message) {
    static Line of(Event event) {
      return new Line(
          event.seq(),
          event.at(),
          event.level().wire(),
          Optional.ofNullable(event.step()).orElse(""),
          event.message());
    }
  }

  /**
   * One of the seven steps.
   *
   * @param share how long it took, in percent of the longest one
   */
  public record StepView(
      int number,
      String name,
      String status,
      int attempt,
      @Nullable Instant startedAt,
      @Nullable Long millis,
      int share,
      @Nullable String stage,
      @Nullable Instant until,
      @Nullable ErrorInfo error) {
    public String key() {
      return Keys.step(name);
    }

    public String statusKey() {
      return Keys.status(status);
    }

    public boolean running() {
      return status.equals("running");
    }

    public boolean over() {
      return status.matches("completed|skipped");
    }
  }

  /** What went live once, with its proof. */
  public record ReleaseView(Receipt receipt, boolean live, boolean canBeLive) {
    public long failed() {
      return receipt.checks().stream().filter(check -> !check.status().equals("passed")).count();
    }

    public long passed() {
      return receipt.checks().size() - failed();
    }

    public long total() {
      return receipt.durationsMs().getOrDefault("total", 0L);
    }
  }

  /** The newest report. */
  public record Tests(int run, long passed, long failed, List<CheckResult> checks) {
    static Tests of(Archive.Report report) {
      long passed = report.checks().stream().filter(CheckResult::passed).count();
      return new Tests(report.run(), passed, report.checks().size() - passed, report.checks());
    }
  }

  static SiteView of(
      Execution execution,
      Journal journal,
      List<Receipt> receipts,
      Optional<Archive.Report> report,
      Instant at) {
    Snapshot now = journal.now();
    List<StepView> steps = steps(now.steps(), at);
    return new SiteView(
        execution.id().toString(),
        execution.siteName(),
        title(execution),
        execution.host().wire(),
        execution.siteType().wire(),
        execution.agent().wire(),
        now.status().wire(),
        now.run(),
        now.url(),
        now.release(),
        now.queuePosition(),
        now.error(),
        now.atRest(),
        now.createdAt(),
        now.updatedAt(),
        (int) steps.stream().filter(s -> s.status().matches("completed|skipped")).count(),
        steps,
        journal.log().stream().map(Line::of).toList(),
        receipts.reversed().stream().map(receipt -> release(receipt, now)).toList(),
        report.map(Tests::of).orElse(null));
  }

  private static ReleaseView release(Receipt receipt, Snapshot now) {
    boolean live = now.release() != null && now.release() == receipt.release();
    boolean gone = now.status() == dev.tmuxbuilder.execution.ExecutionStatus.DESTROYED;
    return new ReleaseView(receipt, live && !gone, !live && !gone && now.atRest());
  }

  private static String title(Execution execution) {
    String title = Brief.parse(execution.requirements()).name();
    return title.isBlank() ? SitesPage.readable(execution.siteName()) : title;
  }

  private static List<StepView> steps(List<Snapshot.Step> steps, Instant now) {
    long longest = steps.stream().mapToLong(step -> millis(step, now)).max().orElse(0);
    return steps.stream().map(step -> step(step, now, Math.max(1, longest))).toList();
  }

  private static StepView step(Snapshot.Step step, Instant now, long longest) {
    long millis = millis(step, now);
    return new StepView(
        step.name().id(),
        step.name().wire(),
        step.status().wire(),
        step.attempt(),
        step.startedAt(),
        step.startedAt() == null ? null : millis,
        (int) (100 * millis / longest),
        step.stage() == null ? null : step.stage().name(),
        step.until(),
        step.error());
  }

  private static long millis(Snapshot.Step step, Instant now) {
    if (step.startedAt() == null) {
      return 0;
    }
    Instant end = step.finishedAt() == null ? now : step.finishedAt();
    return Math.max(0, Duration.between(step.startedAt(), end).toMillis());
  }

  public String statusKey() {
    return awaitsApproval() ? Keys.APPROVAL : Keys.status(status);
  }

  /** The number of the newest event that the page tells of. */
  public long lastSeq() {
    return log.isEmpty() ? 0 : log.getLast().seq();
  }

  public boolean busy() {
    return status.matches("pending|running|waiting_input");
  }

  /** Whether it is made and may be published only when somebody has said yes. */
  public boolean awaitsApproval() {
    return status.equals("waiting_input")
        && steps.stream().anyMatch(step -> step.name().equals("generate_site") && step.over());
  }

  /** Whether its agent works in a terminal. */
  public boolean terminal() {
    return agent.equals(AgentKind.CLAUDE.wire());
  }

  public boolean destroyed() {
    return status.equals("destroyed");
  }

  /** The run's place in the queue; 0 where it does not wait. */
  public long placeInQueue() {
    return queuePosition == null ? 0 : queuePosition;
  }

  /** The release whose pictures say what the site looks like: the live one, else the newest. */
  public ReleaseView shown() {
    return releases.stream().filter(ReleaseView::live).findFirst().orElseGet(releases::getFirst);
  }

  /** Whether there are two releases to hold against each other. */
  public boolean comparable() {
    return releases.size() > 1;
  }
}

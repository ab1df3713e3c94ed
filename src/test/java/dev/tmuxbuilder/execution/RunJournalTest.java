package dev.tmuxbuilder.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tmuxbuilder.agent.Task;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunJournalTest {
  private static final Limit HOUR = Limit.from(Instant.EPOCH, Duration.ofHours(1));
  private static final Lease LEASE =
      new Lease(
          new TenantId(UUID.randomUUID()),
          new ExecutionId(
              new UserId(UUID.randomUUID()), new SessionId("sess_20260101_000000_abcd")),
          1,
          1);

  private final Shelf shelf = new Shelf();
  private final RunJournal journal = new RunJournal(shelf, LEASE, Clock.systemUTC());

  @Test
  void linesKeepTheirOrderAndGatherWhileOneWriteIsUnderWay() {
    Progress progress = journal.progress(StepName.DEPLOY);
    progress.info("a", "one");
    org.awaitility.Awaitility.await().until(() -> shelf.batches.size() == 1);
    progress.info("a", "two");
    progress.info("a", "three");

    assertThat(shelf.batches).containsExactly(List.of("one"));
    shelf.answer();
    org.awaitility.Awaitility.await().until(() -> shelf.batches.size() == 2);
    assertThat(shelf.batches).containsExactly(List.of("one"), List.of("two", "three"));
  }

  @Test
  void whatSomebodyWaitsForFollowsTheWriteUnderWayAtOnce() {
    journal.write(log("one"));
    journal.progress(StepName.DEPLOY).info("a", "two");
    journal.write(log("three"));

    shelf.answer();

    assertThat(shelf.batches).containsExactly(List.of("one"), List.of("two", "three"));
  }

  @Test
  void whatIsNotedGoesWithTheNextWrite() {
    journal.note(log("noted"));
    assertThat(shelf.batches).isEmpty();

    journal.write(log("written"));

    assertThat(shelf.batches).containsExactly(List.of("noted", "written"));
  }

  @Test
  void theLeaseIsConfirmedByWhatIsWrittenAnyhow() {
    journal.note(log("noted"));
    Uni<Void> confirmed = journal.confirm();
    CompletableFuture<Void> heard = confirmed.subscribeAsCompletionStage();

    assertThat(shelf.batches).containsExactly(List.of("noted"));
    assertThat(heard).isNotDone();
    shelf.answer();
    assertThat(heard).isCompleted();
    assertThat(shelf.confirmed).isZero();
  }

  @Test
  void whereNothingIsToBeWrittenTheLeaseIsAskedFor() {
    journal.confirm().await().atMost(Duration.ofSeconds(5));

    assertThat(shelf.confirmed).isEqualTo(1);
    assertThat(shelf.batches).isEmpty();
  }

  private Line log(String message) {
    return new Line.Log(journal.now(), Level.INFO, null, null, message, Map.of());
  }

  @Test
  void aWriteThatFailedForAMomentIsRepeatedUnderTheSameName() {
    shelf.failOnce = Optional.of(new IllegalStateException("connection lost"));
    Uni<Void> written =
        journal.write(new Line.RunStarted(journal.now(), RunKind.BUILD, false, HOUR));
    org.awaitility.Awaitility.await().until(() -> shelf.names.size() == 2);
    shelf.answer();

    written.await().atMost(Duration.ofSeconds(5));
    assertThat(shelf.names.get(0)).isEqualTo(shelf.names.get(1));
  }

  @Test
  void whoLostTheLeaseIsToldAtOnceEvenWhileNobodyWaitsForALine() {
    shelf.failOnce = Optional.of(new LeaseLost(LEASE));

    journal.progress(StepName.DEPLOY).info("upload", "under way");

    assertThatThrownBy(() -> journal.broken().await().atMost(Duration.ofSeconds(5)))
        .isInstanceOf(LeaseLost.class);
  }

  @Test
  void whoLostTheLeaseWritesNothingMore() {
    shelf.failOnce = Optional.of(new LeaseLost(LEASE));
    Uni<Void> first = journal.write(new Line.RunStarted(journal.now(), RunKind.BUILD, false, HOUR));
    Uni<Void> second =
        journal.write(new Line.RunStarted(journal.now(), RunKind.BUILD, false, HOUR));

    assertThatThrownBy(() -> first.await().atMost(Duration.ofSeconds(5)))
        .isInstanceOf(LeaseLost.class);
    assertThatThrownBy(() -> second.await().atMost(Duration.ofSeconds(5)))
        .isInstanceOf(LeaseLost.class);
    assertThat(shelf.names).hasSize(1);
  }

  @Test
  void theStepUnderWayAndTheLastWordAreRemembered() {
    journal.write(
        new Line.StepMoved(
            journal.now(), StepName.DEPLOY, StepStatus.RUNNING, 1, null, null, HOUR));
    journal.progress(StepName.DEPLOY).info("upload", "23 files");

    assertThat(journal.current().orElseThrow().where()).isEqualTo(StepName.DEPLOY);
    assertThat(journal.lastWord()).isEqualTo("23 files");
  }

  @Test
  void theFirstEndOfARunIsItsEnd() {
    assertThat(journal.ended()).isEmpty();
    CompletableFuture<ExecutionStatus> first = heard(journal.end(end(ExecutionStatus.COMPLETED)));
    CompletableFuture<ExecutionStatus> second = heard(journal.end(end(ExecutionStatus.CANCELLED)));
    CompletableFuture<ExecutionStatus> known = heard(journal.ended().orElseThrow());
    assertThat(List.of(first, second, known)).noneMatch(CompletableFuture::isDone);

    shelf.answer();

    assertThat(List.of(first, second, known))
        .allMatch(status -> status.join() == ExecutionStatus.COMPLETED);
    assertThat(shelf.batches).hasSize(1).first().asList().hasSize(1);
  }

  private static CompletableFuture<ExecutionStatus> heard(Uni<ExecutionStatus> end) {
    return end.subscribeAsCompletionStage().orTimeout(5, TimeUnit.SECONDS);
  }

  private Line.RunEnded end(ExecutionStatus status) {
    return new Line.RunEnded(journal.now(), status, null, null);
  }

  /** Takes batches and answers when it is told to. */
  private static final class Shelf implements Executions {
    final List<List<String>> batches = new CopyOnWriteArrayList<>();
    final List<UUID> names = new CopyOnWriteArrayList<>();
    int confirmed;
    volatile Optional<Throwable> failOnce = Optional.empty();
    private volatile Optional<UniEmitter<? super Void>> waiting = Optional.empty();

    @Override
    public synchronized Uni<Void> append(Lease lease, UUID batch, List<Line> lines) {
      return Uni.createFrom()
          .emitter(
              emitter -> {
                Optional<Throwable> failure = failOnce;
                failOnce = Optional.empty();
                if (failure.isPresent()) {
                  names.add(batch);
                  emitter.fail(failure.get());
                  return;
                }
                waiting = Optional.of(emitter); // before anybody is told that it is here
                batches.add(lines.stream().map(Line::message).toList());
                names.add(batch);
              });
    }

    @Override
    public Uni<Optional<Job>> takeOver(
        Lease owner, @org.jspecify.annotations.Nullable StepName step) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<Execution>> execution(TenantId tenant, ExecutionId execution) {
      return Uni.createFrom().item(Optional.empty());
    }

    void answer() {
      waiting.orElseThrow().complete(null);
    }

    @Override
    public Uni<Optional<Job>> takeUp(TenantId tenant, ExecutionId execution, int run) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Optional<Job>> takeUpDestroy(TenantId tenant, ExecutionId execution) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Void> confirm(Lease lease) {
      confirmed++;
      return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Optional<Release>> release(TenantId tenant, ExecutionId execution, int number) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Optional<Receipt.ModelUsage>> modelUsage(
        TenantId tenant, ExecutionId execution, int run) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Optional<AgentMinutes>> agentMinutes(TenantId tenant) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Optional<Receipt>> receipt(TenantId tenant, ExecutionId execution, int number) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<List<Task.Message>> messages(TenantId tenant, ExecutionId execution, int run) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Uni<Optional<Snapshot>> snapshot(
        TenantId tenant, ExecutionId execution, long since, int limit) {
      return Uni.createFrom().item(Optional.empty());
    }

    @Override
    public Uni<Optional<Long>> lastSeq(TenantId tenant, ExecutionId execution) {
      return Uni.createFrom().item(Optional.empty());
    }
  }

  @Test
  void canonicalJsonIsSortedAtEveryDepth() {
    assertThat(Json.canonical(Map.of("b", 1, "a", Map.of("d", List.of(2), "c", "x"))))
        .isEqualTo("{\"a\":{\"c\":\"x\",\"d\":[2]},\"b\":1}");
  }
}

package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.OneNode;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.platform.Rhythm;
import dev.tmuxbuilder.platform.Settings;
import dev.tmuxbuilder.platform.VirtualThreads;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Compares, at the start and again and again, what should be with what is, and lets each part of
 * the service mend its own. What was mended is in the log, in {@code tmuxbuilder.reconciled}, and
 * where there is an execution to which it belongs, in its journal.
 */
@ApplicationScoped
class Reconciler {
  private static final System.Logger LOG = System.getLogger(Reconciler.class.getName());
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final List<Mender> menders;
  private final OneNode one;
  private final Overview overview;
  private final MeterRegistry metrics;
  private final Duration every;
  private @Nullable Cancellable rounds;

  Reconciler(
      @All List<Mender> menders,
      OneNode one,
      Overview overview,
      MeterRegistry metrics,
      Settings settings) {
    this.menders = menders;
    this.overview = overview;
    this.one = one;
    this.metrics = metrics;
    this.every = settings.reconcile().every();
    for (Mender.Fault fault : Mender.Fault.values()) { // so that each is there from the start
      counter(fault);
    }
  }

  private io.micrometer.core.instrument.Counter counter(Mender.Fault fault) {
    return metrics.counter("tmuxbuilder.reconciled", "fault", fault.wire());
  }

  void start(@Observes StartupEvent event) {
    rounds = Rhythm.every(every, "a round", this::round);
  }

  void stop(@Observes ShutdownEvent event) {
    if (rounds != null) {
      rounds.cancel();
    }
  }

  private Uni<Void> round() {
    return Multi.createFrom()
        .iterable(menders)
        .onItem()
        .transformToUniAndConcatenate(this::round)
        .collect()
        .last()
        .replaceWithVoid();
  }

  private Uni<List<Mender.Mended>> round(Mender mender) {
    Uni<List<Mender.Mended>> work = Uni.createFrom().deferred(mender::mend);
    Uni<List<Mender.Mended>> turn =
        switch (mender.reach()) {
          case MACHINE -> work;
          case SHARED -> VirtualThreads.call("a round", () -> alone(mender, work));
        };
    return turn.ifNoItem()
        .after(PATIENCE)
        .fail()
        .invoke(mended -> mended.forEach(this::tell))
        .call(this::tellJournals)
        .onFailure()
        .recoverWithItem(
            failure -> { // the next round tries again
              LOG.log(System.Logger.Level.WARNING, "a round was not finished", failure);
              return List.of();
            });
  }

  /** Nothing, where another node is at it. */
  private List<Mender.Mended> alone(Mender mender, Uni<List<Mender.Mended>> work) {
    List<Mender.Mended> mended = new ArrayList<>();
    one.run(
        "reconcile." + mender.getClass().getName(),
        () -> mended.addAll(work.await().atMost(PATIENCE)));
    return mended;
  }

  private Uni<Void> tellJournals(List<Mender.Mended> mended) {
    return Multi.createFrom()
        .iterable(mended)
        .filter(one -> one.told().isPresent())
        .onItem()
        .transformToUniAndConcatenate(one -> overview.tell(one.told().get()))
        .collect()
        .last()
        .replaceWithVoid();
  }

  private void tell(Mender.Mended mended) {
    counter(mended.fault()).increment();
    LOG.log(System.Logger.Level.WARNING, "mended: {0} ({1})", mended.what(), mended.fault().wire());
  }
}

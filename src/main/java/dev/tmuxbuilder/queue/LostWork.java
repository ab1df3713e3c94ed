package dev.tmuxbuilder.queue;

import dev.tmuxbuilder.execution.Mender;
import dev.tmuxbuilder.execution.Overview;
import dev.tmuxbuilder.execution.Queue;
import dev.tmuxbuilder.execution.RunRef;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** Gives runs and destructions that the queue does not know their place in it. */
@ApplicationScoped
class LostWork implements Mender {
  private final Overview overview;
  private final Queue queue;

  LostWork(Overview overview, Queue queue) {
    this.overview = overview;
    this.queue = queue;
  }

  @Override
  public Reach reach() {
    return Reach.SHARED;
  }

  @Override
  public Uni<List<Mended>> mend() {
    return overview
        .withoutJob()
        .onItem()
        .transformToMulti(Multi.createFrom()::iterable)
        .onItem()
        .transformToUniAndConcatenate(
            work ->
                overview
                    .putBack(work)
                    .map(done -> done ? List.of(new Mended(fault(work), work.instance())) : none()))
        .onItem()
        .<Mended>disjoint()
        .collect()
        .asList()
        .invoke(
            mended -> {
              if (!mended.isEmpty()) {
                queue.wake();
              }
            });
  }

  private static List<Mended> none() {
    return List.of();
  }

  private static Fault fault(RunRef work) {
    return work.run() == 0 ? Fault.DESTRUCTION_WITHOUT_JOB : Fault.RUN_WITHOUT_JOB;
  }
}

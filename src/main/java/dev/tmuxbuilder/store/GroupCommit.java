package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.StoreAway;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Commits together what several runs write at the same time: one message, one transaction and one
 * wait for the disk for all that has gathered while the last of them were on their way (group
 * commit; DeWitt and others, 1984). A run that writes alone waits for nobody.
 *
 * <p>Nobody's fault is another's: a writer waits for nobody's lock, and where something in a group
 * is refused, or is locked by somebody else, each of it is written by itself. Safe for use by many
 * threads; nothing blocks.
 */
@ApplicationScoped
class GroupCommit {
  /** Groups on their way at a time. */
  private static final int WRITERS = 2;

  /** Of a group that failed. */
  private static final int ALONE_AT_A_TIME = 4;

  private static final int LARGEST_GROUP = 64;

  /** In characters: beyond this a group saves nothing. */
  private static final long LONGEST_GROUP = 1_000_000;

  private final Transactions transactions;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private int writing;

  GroupCommit(Transactions transactions) {
    this.transactions = transactions;
  }

  private record Waiting(JournalTable.Append append, CompletableFuture<OptionalLong> written) {}

  /**
   * Writes once for each subscription, which cancelling does not take back. The item, the number of
   * the newest line or nothing where the lease was refused, comes after the commit.
   */
  Uni<OptionalLong> append(JournalTable.Append append) {
    return Uni.createFrom()
        .completionStage(
            () -> {
              Waiting mine = new Waiting(append, new CompletableFuture<>());
              synchronized (this) {
                waiting.add(mine);
              }
              next();
              return mine.written().copy();
            });
  }

  private void next() {
    List<Waiting> group;
    synchronized (this) {
      if (writing == WRITERS || waiting.isEmpty()) {
        return;
      }
      writing++;
      group = gathered();
    }
    Uni.createFrom()
        .deferred(() -> write(group, true))
        .onFailure(failure -> !(failure instanceof StoreAway))
        .recoverWithItem(() -> eachAlone(group))
        .onFailure()
        .invoke(failure -> group.forEach(one -> one.written().completeExceptionally(failure)))
        .onTermination()
        .invoke(this::over)
        .subscribe()
        .with(ignored -> {}, ignored -> {});
  }

  private List<Waiting> gathered() {
    List<Waiting> group = new ArrayList<>();
    long length = 0;
    while (!waiting.isEmpty() && group.size() < LARGEST_GROUP && length < LONGEST_GROUP) {
      Waiting one = waiting.poll();
      length += one.append().length();
      group.add(one);
    }
    return group;
  }

  private void over() {
    synchronized (this) {
      writing--;
    }
    next();
  }

  private Uni<Void> write(List<Waiting> group, boolean hurry) {
    List<Tuple> values = group.stream().map(one -> one.append().values(hurry)).toList();
    return transactions
        .batch(JournalTable.APPEND, values)
        .invoke(
            answers -> {
              for (int i = 0; i < group.size(); i++) {
                group.get(i).written().complete(JournalTable.newest(answers.get(i)));
              }
            })
        .replaceWithVoid();
  }

  /** Not by the writer, who is free meanwhile: one of them may have to wait for a lock. */
  private Void eachAlone(List<Waiting> group) {
    Multi.createFrom()
        .iterable(group)
        .onItem()
        .transformToUni(
            one ->
                write(List.of(one), false)
                    .onFailure()
                    .invoke(one.written()::completeExceptionally)
                    .onFailure()
                    .recoverWithNull())
        .merge(ALONE_AT_A_TIME)
        .subscribe()
        .with(ignored -> {});
    return null;
  }
}

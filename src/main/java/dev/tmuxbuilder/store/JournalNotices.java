package dev.tmuxbuilder.store;

import dev.tmuxbuilder.execution.ExecutionId;
import dev.tmuxbuilder.execution.Watchers;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Tells every node that journals have grown, after the commit: this one at once, the others by
 * NOTIFY. That takes a lock of the whole database until its transaction is on the disk, so that a
 * NOTIFY within the transactions of the journals would let these commit one after the other only.
 * One of its own for all that has grown while the last was on its way, which waits for no disk,
 * does not.
 *
 * <p>A node that dies between the commit and the word leaves a run behind that another takes up,
 * and tells of again. The last line of a run, after which nothing follows, is waited for.
 */
@ApplicationScoped
class JournalNotices {
  private static final System.Logger LOG = System.getLogger(JournalNotices.class.getName());

  /** One message, in a transaction of its own, which waits for no disk. */
  private static final String TELL =
      "select set_config('synchronous_commit', 'off', true), pg_notify('"
          + JournalTable.CHANNEL
          + "', word) from unnest($1::text[]) as word";

  private static final Duration AGAIN = Duration.ofMillis(200);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Pool pool;
  private final Watchers watchers;
  private Batch next = new Batch();
  private Batch newest = Batch.NOTHING;
  private boolean sending;
  private boolean failing;

  private static final class Batch {
    static final Batch NOTHING = nothing();

    private final Map<ExecutionId, Long> grown = new LinkedHashMap<>();
    private final CompletableFuture<Void> told = new CompletableFuture<>();

    private static Batch nothing() {
      Batch batch = new Batch();
      batch.told.complete(null);
      return batch;
    }

    String[] words() {
      return grown.entrySet().stream()
          .map(one -> one.getKey() + " " + one.getValue())
          .toArray(String[]::new);
    }
  }

  JournalNotices(Pool pool, Watchers watchers) {
    this.pool = pool;
    this.watchers = watchers;
  }

  /**
   * Returns at once; the word is on its way before anybody subscribes. The item comes when the
   * other nodes have been told. Does not fail: where the database is away, it is told when that is
   * back.
   */
  Uni<Void> tell(ExecutionId execution, long lastSeq) {
    watchers.grown(execution, lastSeq);
    Batch mine;
    synchronized (this) {
      mine = next;
      newest = next;
      mine.grown.merge(execution, lastSeq, Math::max);
    }
    send();
    return Uni.createFrom().completionStage(() -> mine.told.copy());
  }

  private void send() {
    Batch batch;
    synchronized (this) {
      if (sending || next.grown.isEmpty()) {
        return;
      }
      sending = true;
      batch = next;
      next = new Batch();
    }
    notify(batch)
        .onFailure()
        .invoke(this::failed)
        .onFailure()
        .retry()
        .withBackOff(AGAIN, AGAIN)
        .indefinitely()
        .subscribe()
        .with(ignored -> sent(batch));
  }

  /** Once for as long as it lasts. */
  private void failed(Throwable failure) {
    boolean first;
    synchronized (this) {
      first = !failing;
      failing = true;
    }
    if (first) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the other nodes cannot be told of the journals; it is tried until they are",
          failure);
    }
  }

  private void sent(Batch batch) {
    boolean again;
    synchronized (this) {
      sending = false;
      again = failing;
      failing = false;
    }
    if (again) {
      LOG.log(System.Logger.Level.INFO, "the other nodes are told of the journals again");
    }
    batch.told.complete(null);
    send();
  }

  private Uni<Void> notify(Batch batch) {
    return pool.preparedQuery(TELL)
        .execute(Tuple.tuple().addArrayOfString(batch.words()))
        .replaceWithVoid();
  }

  /** What is known by now is told before the connections go. */
  void stop(@Observes ShutdownEvent event) {
    CompletableFuture<Void> last;
    synchronized (this) {
      last = newest.told;
    }
    Uni.createFrom()
        .completionStage(last)
        .ifNoItem()
        .after(LAST_WORDS)
        .recoverWithItem(() -> null)
        .await()
        .indefinitely();
  }
}

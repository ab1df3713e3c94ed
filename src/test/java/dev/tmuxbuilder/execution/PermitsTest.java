package dev.tmuxbuilder.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private final Permits permits = new Permits("upload", 2);
  private final List<UniEmitter<? super String>> working = new ArrayList<>();
  private final List<String> done = new ArrayList<>();
  private final List<String> told = new CopyOnWriteArrayList<>();

  private Cancellable begin() {
    return begin(permits, told);
  }

  private Cancellable begin(Permits permits, List<String> told) {
    Progress progress =
        new Progress() {
          @Override
          public void log(Level level, String stage, String message, Map<String, ?> data) {
            told.add(message);
          }

          @Override
          public void check(CheckResult result) {
            throw new UnsupportedOperationException();
          }
        };
    return permits
        .use(progress, () -> Uni.createFrom().<String>emitter(working::add))
        .subscribe()
        .with(done::add, failure -> done.add("failed"));
  }

  @Test
  void whoComesLaterIsToldAndHasItsTurnWhenOneEnds() {
    begin();
    begin();
    begin();
    assertThat(working).hasSize(2);
    assertThat(told).singleElement().asString().contains("2 of these at a time, 0 wait before it");

    working.getFirst().complete("first");

    assertThat(working).hasSize(3);
    assertThat(done).containsExactly("first");
  }

  @Test
  void whoWaitsLongIsToldAgainHowManyAreBeforeIt() {
    Permits one = new Permits("upload", 1, Duration.ofMillis(20));
    List<String> third = new CopyOnWriteArrayList<>();
    List<String> fourth = new CopyOnWriteArrayList<>();
    begin(one, told);
    Cancellable second = begin(one, told);
    begin(one, third);
    await().until(() -> third.size() > 2);
    assertThat(third).allMatch(line -> line.endsWith(", 1 wait before it"));
    second.cancel();
    await().until(() -> third.getLast().endsWith(", 0 wait before it"));

    working.getFirst().complete("first");

    assertThat(working).hasSize(2);
    int heard = third.size();
    begin(one, fourth);
    await().until(() -> fourth.size() > 5);
    assertThat(third).as("whose turn it is").hasSize(heard);
  }

  @Test
  void aFailureAndACancellationGiveTheirPermitsBack() {
    Cancellable first = begin();
    begin();
    begin();
    begin();
    first.cancel();
    assertThat(working).hasSize(3);
    working.get(1).fail(new IllegalStateException("broken"));
    assertThat(working).hasSize(4);
    assertThat(done).containsExactly("failed");
  }

  @Test
  void whoLeavesTheLineIsNotWaitedFor() {
    begin();
    begin();
    Cancellable gone = begin();
    begin();
    gone.cancel();
    gone.cancel();
    working.getFirst().complete("first");
    assertThat(working).hasSize(3);
    working.get(1).complete("second");
    working.get(2).complete("fourth");
    begin();
    begin();
    begin();
    assertThat(working).as("at most two at a time").hasSize(5);
  }
}

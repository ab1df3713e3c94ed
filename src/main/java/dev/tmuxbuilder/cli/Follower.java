package dev.tmuxbuilder.cli;

import java.time.Duration;
import java.util.Optional;

/** Follows one run to its end and shows it on the way. */
final class Follower {
  private static final Duration FRAME = Duration.ofMillis(250);

  private final Surroundings surroundings;
  private final EventStream.Patience patience;

  Follower(Surroundings surroundings) {
    this(surroundings, EventStream.Patience.USUAL);
  }

  Follower(Surroundings surroundings, EventStream.Patience patience) {
    this.surroundings = surroundings;
    this.patience = patience;
  }

  /**
   * Shows a run until it has ended and returns what it was. Ctrl-C leaves the watcher, not the run.
   *
   * @param run from which on; 0 for whatever there is
   * @throws CliFailure where the service refuses, or stays away for too long
   */
  RunState follow(Api api, String execution, int run, boolean json) throws InterruptedException {
    Watcher watcher = Watcher.of(surroundings, json);
    Thread farewell = Thread.ofPlatform().unstarted(() -> detach(watcher, execution, json));
    Runtime.getRuntime().addShutdownHook(farewell);
    try (EventStream stream = new EventStream(api, execution, run, patience).start()) {
      return watch(stream, watcher, RunState.before(execution, run));
    } finally {
      watcher.release();
      disarm(farewell);
    }
  }

  private RunState watch(EventStream stream, Watcher watcher, RunState start)
      throws InterruptedException {
    RunState run = start;
    watcher.tick(run);
    while (true) {
      Optional<EventStream.Signal> signal = stream.next(FRAME);
      if (signal.isEmpty()) {
        watcher.tick(run);
        continue;
      }
      switch (signal.get()) {
        case EventStream.Signal.Happened(Event event) -> {
          run = run.after(event);
          watcher.happened(event, run);
          if (event.isEnd()) {
            return run;
          }
        }
        case EventStream.Signal.Dropped(int tries, String why) ->
            watcher.notice(
                "connection lost (" + why + "); trying again" + (tries > 1 ? ", " + tries : ""),
                run);
        case EventStream.Signal.GaveUp(CliFailure failure) -> throw failure;
      }
    }
  }

  private void detach(Watcher watcher, String execution, boolean json) {
    watcher.release();
    if (!json) {
      surroundings.err().line("");
      surroundings.err().line("Detached. The run goes on:");
      surroundings.err().line("  watch it   " + surroundings.command() + " watch " + execution);
      surroundings.err().line("  stop it    " + surroundings.command() + " cancel " + execution);
    }
  }

  private static void disarm(Thread farewell) {
    try {
      Runtime.getRuntime().removeShutdownHook(farewell);
    } catch (IllegalStateException shuttingDown) {
      farewell.setName("farewell"); // it runs already, and that is right
    }
  }
}

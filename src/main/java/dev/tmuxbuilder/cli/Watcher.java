package dev.tmuxbuilder.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How a run is shown while it goes on. Called by one thread, but for {@link #release}. */
sealed interface Watcher {
  /** An event arrived; {@code run} has it already. */
  void happened(Event event, RunState run);

  /** Something about the connection, not about the run. */
  void notice(String text, RunState run);

  /** Time passes. */
  default void tick(RunState run) {}

  /** Leaves the terminal as it was. From any thread. */
  default void release() {}

  static Watcher of(Surroundings surroundings, boolean json) {
    if (json) {
      return new Lines(surroundings);
    }
    return surroundings.terminal().live() ? new Live(surroundings) : new Plain(surroundings);
  }

  /** For machines: one JSON object a line. */
  record Lines(Surroundings surroundings) implements Watcher {
    @Override
    public void happened(Event event, RunState run) {
      surroundings.out().line(Json.line(event.document()));
    }

    @Override
    public void notice(String text, RunState run) {
      surroundings.err().line(Text.clean(text));
    }
  }

  /** For logs and pipes: one line of text an event. */
  record Plain(Surroundings surroundings) implements Watcher {
    @Override
    public void happened(Event event, RunState run) {
      EventText.line(event, surroundings.clock().getZone()).ifPresent(surroundings.out()::line);
    }

    @Override
    public void notice(String text, RunState run) {
      surroundings.err().line(Text.clean(text));
    }
  }

  /** For people: a view that is redrawn in place. */
  final class Live implements Watcher {
    private final Surroundings surroundings;
    private final ProgressView view;
    private final Screen screen;
    private Optional<String> notice = Optional.empty();

    Live(Surroundings surroundings) {
      this.surroundings = surroundings;
      this.view = new ProgressView(surroundings.terminal().style());
      this.screen = new Screen(surroundings.out());
    }

    @Override
    public void happened(Event event, RunState run) {
      notice = Optional.empty();
      draw(run);
    }

    @Override
    public void notice(String text, RunState run) {
      notice = Optional.of(text);
      draw(run);
    }

    @Override
    public void tick(RunState run) {
      draw(run);
    }

    private void draw(RunState run) {
      Instant now = surroundings.clock().instant();
      int width = surroundings.terminal().width();
      List<String> lines = view.lines(run, width, now, notice);
      screen.show(lines, width);
    }

    @Override
    public void release() {
      screen.release();
    }
  }
}

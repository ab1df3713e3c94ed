package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Context;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One owner's time with a run, as an observer sees it. Calls return at once and never fail; they
 * come from any thread, those of {@link #told} one after another.
 */
public interface RunWatch {
  /** For whom nobody watches. */
  RunWatch NOBODY = new RunWatch() {};

  /** Lines that the run has written; they are committed. */
  default void told(Line line) {}

  /**
   * The owner writes no more. After the run's end this says nothing new; before it, another goes on
   * with the run.
   *
   * @param why what ended it; null where the owner gave the run back
   */
  default void left(@Nullable Throwable why) {}

  /** The service itself failed; {@code id} is what the run's owner is told to quote. */
  default void fault(String id, StepName step, Throwable cause) {
    System.getLogger(RunWatch.class.getName())
        .log(System.Logger.Level.ERROR, "fault " + id + " in " + step.wire(), cause);
  }

  /**
   * Begins a call to somebody else on the run's behalf.
   *
   * @param begin returns at once, with a promise
   */
  default <T> T within(Supplier<T> begin) {
    return begin.get();
  }

  /**
   * The context with which a run's chain is subscribed to. No context travels with threads here.
   */
  default Context context() {
    return Context.empty().put(RunWatch.class.getName(), this);
  }

  /** Who watches the run whose chain has this context. */
  static RunWatch of(Context context) {
    return context.getOrElse(RunWatch.class.getName(), () -> NOBODY);
  }
}

package dev.tmuxbuilder.execution;

/** Told how runs fare: for figures, traces and logs; never for the runs themselves. */
@FunctionalInterface
public interface RunObserver {
  /** A node has made itself the owner of a run. Returns at once, and never fails. */
  RunWatch takenUp(Job job);
}

package dev.tmuxbuilder.execution;

/** Those who may be working on a run that is to stop. */
@FunctionalInterface
public interface Stoppers {
  /** Stops the run of an execution where it is worked on here; returns at once. */
  void stop(ExecutionId execution);
}

package dev.tmuxbuilder.execution;

/** Those who want to know when a journal has grown. */
public interface Watchers {
  /** For a journal that has grown to a number that the caller does not know. */
  long SOMETHING = Long.MAX_VALUE;

  /** Called after the commit, from any thread; returns at once. */
  void grown(ExecutionId execution, long lastSeq);

  /**
   * Whether the word of other nodes arrives. While it does not, nothing that was remembered may be
   * trusted; when it does again, everything may have grown.
   */
  void hearing(boolean others);
}

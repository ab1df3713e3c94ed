package dev.tmuxbuilder.execution;

/** Work that one of all nodes does at a time. */
@FunctionalInterface
public interface OneNode {
  /**
   * Does the work unless another node is at it. Blocks. Who loses the database in the middle goes
   * on, and another may begin: the work must bear that.
   *
   * @return whether the work was done here
   */
  boolean run(String name, Runnable work);
}

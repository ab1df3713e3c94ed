package dev.tmuxbuilder.execution;

/** Where runs wait for a node. */
public interface Queue {
  /** There is something new: look now rather than at the next round. Returns at once. */
  void wake();

  /** How many jobs wait for their turn, as of a moment ago. */
  long waiting();
}

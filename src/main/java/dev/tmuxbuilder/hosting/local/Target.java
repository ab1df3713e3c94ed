package dev.tmuxbuilder.hosting.local;

/** What a path of a release leads to. */
sealed interface Target permits Asset, Target.Moved {

  /**
   * Another path of the same site is the right one.
   *
   * @param location percent-encoded, starts with a single slash
   */
  record Moved(String location) implements Target {}
}

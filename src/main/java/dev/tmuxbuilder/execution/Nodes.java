package dev.tmuxbuilder.execution;

import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The servers that share one database, as each of them tells of itself. Nothing blocks. */
public interface Nodes {
  /** After so many beats that nobody heard, a node is taken for dead and its runs are another's. */
  int MISSED_BEATS = 4;

  /** Says that a node lives, and what it does. */
  Uni<Void> beat(Node node);

  /** Takes a node off the list, as it ends. */
  Uni<Void> leave(String name);

  /** All nodes that have not left and were heard within a time, by name. */
  Uni<List<Node>> heardWithin(Duration time);

  /**
   * One node.
   *
   * @param running how many runs it works on now
   * @param concurrent how many it works on at a time, at most
   * @param draining whether it takes no more, as it is about to end
   * @param heardAt when it last said so
   */
  record Node(
      String name,
      String version,
      int running,
      int concurrent,
      boolean draining,
      Instant startedAt,
      Instant heardAt) {}
}

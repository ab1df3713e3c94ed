package dev.tmuxbuilder.brief;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.commonmark.node.Node;
import org.jspecify.annotations.Nullable;

/** Goes over a tree in the order of reading, without recursion. */
final class Walk {
  private Walk() {}

  /** Calls {@code visit} for {@code root} and everything below it; the tree must not change. */
  static void over(Node root, Consumer<Node> visit) {
    Node node = root;
    while (node != null) {
      visit.accept(node);
      node = node.getFirstChild() != null ? node.getFirstChild() : next(node, root);
    }
  }

  /** All nodes of a kind below {@code root}, as they are now. */
  static <N extends Node> List<N> all(Node root, Class<N> kind) {
    List<N> found = new ArrayList<>();
    over(
        root,
        node -> {
          if (kind.isInstance(node)) {
            found.add(kind.cast(node));
          }
        });
    return found;
  }

  private static @Nullable Node next(Node from, Node root) {
    Node node = from;
    while (node != root) {
      if (node.getNext() != null) {
        return node.getNext();
      }
      node = node.getParent();
    }
    return null;
  }
}

package dev.tmuxbuilder.brief;

import java.util.List;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;

/**
 * A top-level part of the brief.
 *
 * @param slug unique on the site; lower-case ASCII letters, digits and hyphens
 * @param title plain text, never blank
 * @param heading the heading itself, cleaned; not to be changed
 * @param blocks what follows it, cleaned; not to be changed
 */
public record Section(String slug, String title, Heading heading, List<Node> blocks) {
  public Section {
    blocks = List.copyOf(blocks);
  }
}

package dev.tmuxbuilder.brief;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;

/**
 * How a brief is divided.
 *
 * @param title the only heading of the first level
 * @param intro what stands before the first section
 * @param anchors the name of every heading, unique over the whole brief
 */
record Outline(
    Optional<Heading> title, List<Node> intro, List<Section> sections, Map<Node, String> anchors) {
  /** Names that the site needs for itself. */
  private static final Set<String> RESERVED =
      Set.of(
          "404",
          "api",
          "assets",
          "favicon",
          "guestbook",
          "healthz",
          "index",
          "message",
          "public",
          "robots",
          "sitemap");

  static Outline of(Node document) {
    Optional<Heading> title = title(document);
    int level = sectionLevel(document, title);
    Map<Node, String> anchors = anchors(document, level, title);
    List<Node> intro = new ArrayList<>();
    List<Section> sections = new ArrayList<>();
    Optional<Heading> opened = Optional.empty();
    List<Node> blocks = intro;
    for (Node block = document.getFirstChild(); block != null; block = block.getNext()) {
      if (block instanceof Heading heading && heading.getLevel() == level && !is(title, heading)) {
        close(opened, blocks, anchors, sections);
        opened = Optional.of(heading);
        blocks = new ArrayList<>();
      } else if (!is(title, block)) {
        blocks.add(block);
      }
    }
    close(opened, blocks, anchors, sections);
    return new Outline(title, List.copyOf(intro), List.copyOf(sections), anchors);
  }

  private static void close(
      Optional<Heading> opened, List<Node> blocks, Map<Node, String> anchors, List<Section> to) {
    opened.ifPresent(
        heading ->
            to.add(
                new Section(
                    anchors.getOrDefault(heading, ""), PlainText.of(heading), heading, blocks)));
  }

  private static Optional<Heading> title(Node document) {
    List<Heading> firsts = top(document).stream().filter(h -> h.getLevel() == 1).toList();
    return firsts.size() == 1 ? Optional.of(firsts.getFirst()) : Optional.empty();
  }

  /** The highest level below the title; 0 where there is no other heading. */
  private static int sectionLevel(Node document, Optional<Heading> title) {
    return top(document).stream()
        .filter(heading -> !is(title, heading))
        .mapToInt(Heading::getLevel)
        .min()
        .orElse(0);
  }

  private static List<Heading> top(Node document) {
    List<Heading> headings = new ArrayList<>();
    for (Node block = document.getFirstChild(); block != null; block = block.getNext()) {
      if (block instanceof Heading heading) {
        headings.add(heading);
      }
    }
    return headings;
  }

  /** Sections are named first, so that theirs are the short names. */
  private static Map<Node, String> anchors(Node document, int level, Optional<Heading> title) {
    Map<Node, String> anchors = new IdentityHashMap<>();
    Slugs slugs = new Slugs(RESERVED);
    Map<String, Integer> counters = new HashMap<>();
    for (Heading heading : top(document)) {
      if (heading.getLevel() == level && !is(title, heading)) {
        int number = counters.merge("section", 1, Integer::sum);
        anchors.put(heading, slugs.unique(PlainText.of(heading), "section-" + number));
      }
    }
    for (Heading heading : Walk.all(document, Heading.class)) {
      if (!anchors.containsKey(heading) && !is(title, heading)) {
        int number = counters.merge("part", 1, Integer::sum);
        anchors.put(heading, slugs.unique(PlainText.of(heading), "part-" + number));
      }
    }
    return anchors;
  }

  private static boolean is(Optional<Heading> title, Node node) {
    return title.isPresent() && title.get() == node;
  }
}

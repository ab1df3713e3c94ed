package dev.tmuxbuilder.brief;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.HtmlInline;
import org.commonmark.node.Image;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.jspecify.annotations.Nullable;

/**
 * Makes a parsed brief fit for a page: no HTML of its own, no pictures from elsewhere, no nesting
 * beyond what a page can show. Works on the tree in place.
 */
final class Cleaner {
  private static final int DEEPEST = 90;
  private static final Pattern SILENT_TAG =
      Pattern.compile(
          "<(script|style|iframe|object|template|noscript|svg|math|textarea|title)\\b.*");
  private static final Pattern SILENT_HTML =
      Pattern.compile(
          "(?is)<!--.*?(-->|$)|<(script|style|iframe|object|template|noscript|svg|math|title)\\b.*?"
              + "(</\\2\\s*>|$)");
  private static final Pattern TAG = Pattern.compile("(?s)<[^<>]*>?");

  private Cleaner() {}

  static void clean(Node document) {
    Walk.all(document, HtmlBlock.class).forEach(Cleaner::htmlBlock);
    Walk.all(document, HtmlInline.class).forEach(Cleaner::htmlInline);
    Walk.all(document, Image.class).forEach(Cleaner::image);
    Walk.all(document, Text.class).forEach(t -> t.setLiteral(PlainText.legal(t.getLiteral())));
    Walk.all(document, Code.class).forEach(c -> c.setLiteral(PlainText.legal(c.getLiteral())));
    Walk.all(document, FencedCodeBlock.class)
        .forEach(c -> c.setLiteral(PlainText.legal(c.getLiteral())));
    Walk.all(document, IndentedCodeBlock.class)
        .forEach(c -> c.setLiteral(PlainText.legal(c.getLiteral())));
    Walk.all(document, Heading.class).forEach(Cleaner::oneLine);
    Walk.all(document, org.commonmark.node.Link.class).forEach(Cleaner::oneLine);
    Walk.all(document, Heading.class).stream()
        .filter(heading -> PlainText.of(heading).isEmpty())
        .forEach(Node::unlink);
  }

  /** Replaces a node by its children. */
  static void unwrap(Node node) {
    Node child = node.getFirstChild();
    while (child != null) {
      Node next = child.getNext();
      node.insertBefore(child);
      child = next;
    }
    node.unlink();
  }

  /** Turns what is nested deeper than a page can show into text. */
  static Node flatten(Node document) {
    Node node = document.getFirstChild();
    int depth = 1;
    while (node != null) {
      if (node.getFirstChild() != null && depth >= DEEPEST) {
        Text text = new Text(PlainText.of(node));
        while (node.getFirstChild() != null) {
          node.getFirstChild().unlink();
        }
        node.appendChild(text);
      }
      if (node.getFirstChild() != null) {
        node = node.getFirstChild();
        depth++;
        continue;
      }
      while (node != null && node.getNext() == null) {
        node = node.getParent();
        depth--;
      }
      node = node == null ? null : node.getNext();
    }
    return document;
  }

  private static void htmlBlock(HtmlBlock block) {
    String silent = SILENT_HTML.matcher(block.getLiteral()).replaceAll(" ");
    String words = PlainText.collapse(PlainText.legal(TAG.matcher(silent).replaceAll(" ")));
    if (!words.isEmpty()) {
      Paragraph paragraph = new Paragraph();
      paragraph.appendChild(new Text(words));
      block.insertBefore(paragraph);
    }
    block.unlink();
  }

  private static void htmlInline(HtmlInline tag) {
    if (tag.getParent() == null) {
      return; // went with the element that it was in
    }
    Matcher silent = SILENT_TAG.matcher(tag.getLiteral().toLowerCase(Locale.ROOT));
    if (silent.lookingAt()) {
      Node end = closing(tag, "</" + silent.group(1));
      while (end != null && tag.getNext() != end) {
        tag.getNext().unlink();
      }
    }
    tag.unlink();
  }

  private static @Nullable Node closing(HtmlInline open, String close) {
    for (Node node = open.getNext(); node != null; node = node.getNext()) {
      if (node instanceof HtmlInline html
          && html.getLiteral().regionMatches(true, 0, close, 0, close.length())) {
        return node;
      }
    }
    return null;
  }

  /** A picture from elsewhere would be a request to elsewhere: it becomes a link to it. */
  private static void image(Image image) {
    String alt = PlainText.of(image);
    if (Targets.external(image.getDestination()).filter(t -> t.startsWith("http")).isPresent()
        && !isInside(image, org.commonmark.node.Link.class)) {
      org.commonmark.node.Link link = new org.commonmark.node.Link(image.getDestination(), null);
      link.appendChild(new Text(alt.isEmpty() ? image.getDestination() : alt));
      image.insertBefore(link);
    } else if (!alt.isEmpty()) {
      image.insertBefore(new Text(alt));
    }
    image.unlink();
  }

  private static void oneLine(Node node) {
    Walk.all(node, HardLineBreak.class)
        .forEach(
            hard -> {
              hard.insertBefore(new SoftLineBreak());
              hard.unlink();
            });
    Walk.all(node, Text.class)
        .forEach(text -> text.setLiteral(text.getLiteral().replaceAll("[\\s\\p{Z}]+", " ")));
  }

  private static boolean isInside(Node node, Class<? extends Node> kind) {
    for (Node parent = node.getParent(); parent != null; parent = parent.getParent()) {
      if (kind.isInstance(parent)) {
        return true;
      }
    }
    return false;
  }
}

package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Brief;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.html.HtmlWriter;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * The brief's own words as HTML: rendered from the cleaned Markdown, then let through a policy that
 * knows text, lists, tables and links and nothing else.
 */
final class Prose {
  private static final PolicyFactory POLICY =
      new HtmlPolicyBuilder()
          .allowElements(
              "p",
              "br",
              "hr",
              "em",
              "strong",
              "del",
              "code",
              "pre",
              "blockquote",
              "ul",
              "ol",
              "li",
              "h2",
              "h3",
              "h4",
              "h5",
              "h6",
              "table",
              "thead",
              "tbody",
              "tr",
              "th",
              "td",
              "a")
          .allowAttributes("href")
          .onElements("a")
          .allowAttributes("rel")
          .matching(Pattern.compile("noopener"))
          .onElements("a")
          .allowAttributes("start")
          .matching(Pattern.compile("[0-9]{1,9}"))
          .onElements("ol")
          .allowAttributes("align")
          .matching(Pattern.compile("left|right|center"))
          .onElements("th", "td")
          .allowAttributes("id")
          .matching(Pattern.compile("[a-z0-9-]{1,80}"))
          .onElements("h2", "h3", "h4", "h5", "h6")
          .allowUrlProtocols("http", "https", "mailto", "tel")
          .toFactory();

  private final Brief brief;
  private final Words words;
  private final String root;
  private final HtmlRenderer renderer;
  private int above;
  private int top;
  private int level;

  /**
   * @param root the way from the page to the site's root: empty, {@code ../} or {@code /}
   */
  Prose(Brief brief, Words words, String root) {
    this.brief = brief;
    this.words = words;
    this.root = root;
    this.renderer =
        HtmlRenderer.builder()
            .escapeHtml(true)
            .percentEncodeUrls(false)
            .extensions(List.of(TablesExtension.create(), StrikethroughExtension.create()))
            .attributeProviderFactory(context -> this::attributes)
            .nodeRendererFactory(Headings::new)
            .build();
  }

  /**
   * Blocks of the brief below a heading.
   *
   * @param above the level of that heading; headings inside go down from there one by one
   * @param top the brief's own level that stands for {@code above}
   */
  Html blocks(List<Node> blocks, int above, int top) {
    StringBuilder html = new StringBuilder();
    this.above = above;
    this.top = top;
    this.level = above;
    blocks.forEach(block -> renderer.render(block, html));
    return Html.trusted(framed(POLICY.sanitize(html.toString())));
  }

  /** The words of a heading or paragraph, without the element around them. */
  Html inline(Node node) {
    StringBuilder out = new StringBuilder();
    for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
      renderer.render(child, out);
    }
    return Html.trusted(POLICY.sanitize(out.toString()));
  }

  /** Wide tables are moved within a frame of their own, by finger or by key. */
  private String framed(String html) {
    String frame =
        Html.el("div")
            .cls("table")
            .attr("role", "group")
            .attr("tabindex", "0")
            .attr("aria-label", words.get("table"))
            .render()
            .replace("</div>", "");
    return html.replace("<table>", frame + "<table>").replace("</table>", "</table></div>");
  }

  private void attributes(Node node, String tag, Map<String, String> attributes) {
    if (node instanceof Link link) {
      String target = link.getDestination();
      if (target.startsWith("/")) {
        attributes.put("href", relative(target));
      } else if (target.startsWith("http")) {
        attributes.put("rel", "noopener");
      }
    }
  }

  /** A path from the site's root, seen from this page. */
  String relative(String path) {
    String bare = path.substring(1);
    if (root.isEmpty() && bare.isEmpty()) {
      return "./";
    }
    return root + bare;
  }

  /** Gives headings, also those within quotations and lists, the level that fits the page. */
  private final class Headings implements NodeRenderer {
    private final HtmlNodeRendererContext context;

    Headings(HtmlNodeRendererContext context) {
      this.context = context;
    }

    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(Heading.class);
    }

    @Override
    public void render(Node node) {
      Heading heading = (Heading) node;
      int wanted = Math.max(above + 1, above + heading.getLevel() - top);
      level = Math.min(6, Math.min(wanted, level + 1));
      HtmlWriter html = context.getWriter();
      html.tag("h" + level, Map.of("id", brief.anchor(heading)));
      for (Node child = node.getFirstChild(); child != null; child = child.getNext()) {
        context.render(child);
      }
      html.tag("/h" + level);
    }
  }
}

package dev.tmuxbuilder.web;

import dev.tmuxbuilder.brief.Brief;
import io.quarkus.qute.RawString;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Node;
import org.commonmark.renderer.html.HtmlRenderer;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/**
 * A brief as it reads: rendered from the cleaned Markdown, then let through a policy that knows
 * text, lists, tables and links and nothing else.
 *
 * @param html safe to stand in a page
 * @param pages how many pages the site will have
 */
public record Preview(String title, RawString html, int pages, int words) {
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder()
          .escapeHtml(true)
          .sanitizeUrls(true)
          .extensions(List.of(TablesExtension.create(), StrikethroughExtension.create()))
          .build();

  private static final PolicyFactory POLICY =
      new HtmlPolicyBuilder()
          .allowElements("p", "br", "hr", "em", "strong", "del", "code", "pre", "blockquote")
          .allowElements("ul", "ol", "li", "h3", "h4", "h5", "h6", "a")
          .allowElements("table", "thead", "tbody", "tr", "th", "td")
          .allowAttributes("start")
          .matching(Pattern.compile("[0-9]{1,9}"))
          .onElements("ol")
          .toFactory();

  static Preview of(String text) {
    Brief brief = Brief.parse(text);
    List<Node> blocks = new ArrayList<>();
    brief.tagline().ifPresent(blocks::add);
    blocks.addAll(brief.intro());
    StringBuilder html = new StringBuilder();
    blocks.forEach(block -> html.append(RENDERER.render(block)));
    brief
        .sections()
        .forEach(
            section -> {
              html.append("<h3>").append(escaped(section.title())).append("</h3>");
              section.blocks().forEach(block -> html.append(RENDERER.render(block)));
            });
    int words = brief.text().isBlank() ? 0 : brief.text().strip().split("\\s+").length;
    return new Preview(
        brief.title(),
        new RawString(POLICY.sanitize(lowered(html.toString()))),
        brief.hasPages() ? brief.sections().size() + 1 : 1,
        words);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The page has a heading of its own above, so no other is as high. */
  private static String lowered(String html) {
    return html.replaceAll("<(/?)h[12]>", "<$1h3>");
  }

  public boolean isEmpty() {
    return words == 0;
  }
}

package dev.tmuxbuilder.verification;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.commonmark.ext.front.matter.YamlFrontMatterExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;

/**
 * Headings and links to the outside, as the Markdown has them. Where a link inside the site leads
 * is up to the site.
 */
@DefaultBean
@ApplicationScoped
public class MarkdownBriefReader implements BriefReader {
  private static final Pattern OUTSIDE = Pattern.compile("(?i)(https?://|mailto:|tel:).+");
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(YamlFrontMatterExtension.create())).build();

  @Override
  public Expected read(String brief) {
    List<String> headings = new ArrayList<>();
    List<TestPlan.ExpectedLink> links = new ArrayList<>();
    PARSER
        .parse(brief)
        .accept(
            new AbstractVisitor() {
              @Override
              public void visit(Heading heading) {
                headings.add(plain(heading));
                visitChildren(heading);
              }

              @Override
              public void visit(Link link) {
                if (OUTSIDE.matcher(link.getDestination()).matches()) {
                  links.add(new TestPlan.ExpectedLink(plain(link), link.getDestination()));
                }
              }
            });
    return new Expected(
        headings.stream().filter(text -> !text.isEmpty()).toList(),
        links.stream().distinct().toList());
  }

  private static String plain(Node node) {
    StringBuilder text = new StringBuilder();
    node.accept(
        new AbstractVisitor() {
          @Override
          public void visit(Text words) {
            text.append(words.getLiteral());
          }

          @Override
          public void visit(Code code) {
            text.append(code.getLiteral());
          }

          @Override
          public void visit(SoftLineBreak end) {
            text.append(' ');
          }

          @Override
          public void visit(HardLineBreak end) {
            text.append(' ');
          }
        });
    return text.toString().replaceAll("[\\s\\p{Z}]+", " ").strip();
  }
}

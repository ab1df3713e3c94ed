package dev.tmuxbuilder.verification;

import dev.tmuxbuilder.brief.Brief;
import jakarta.enterprise.context.ApplicationScoped;

/** Headings and links, as the Markdown of the brief has them. */
@ApplicationScoped
public class MarkdownBriefReader implements BriefReader {
  @Override
  public Expected read(String markdown) {
    Brief brief = Brief.parse(markdown);
    return new Expected(
        brief.headings(),
        brief.links().stream()
            .map(link -> new TestPlan.ExpectedLink(link.text(), link.target()))
            .toList());
  }
}

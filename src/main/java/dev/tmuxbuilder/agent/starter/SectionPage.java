package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.PlainText;
import dev.tmuxbuilder.brief.Section;
import java.util.ArrayList;
import java.util.List;

/** A section on a page of its own. */
final class SectionPage {
  private static final int DESCRIPTION = 160;
  private static final int LABEL = 48;

  private final Site site;
  private final int number;
  private final Section section;
  private final Prose prose;

  SectionPage(Site site, int number) {
    this.site = site;
    this.number = number;
    this.section = site.brief().sections().get(number);
    this.prose = new Prose(site.brief(), site.words(), "../");
  }

  Layout.Page page() {
    Html head =
        Html.el(
                "header",
                Html.el(
                        "div",
                        Html.el("h1", prose.inline(section.heading()))
                            .cls(HomePage.size(section.title())),
                        site.design()
                            .art()
                            .motif(number, site.random("motif" + number))
                            .inline("motif", "xMidYMid meet"))
                    .cls("wrap"))
            .cls("head");
    Html.Element body =
        Html.el("div", prose.blocks(section.blocks(), 1, section.heading().getLevel()))
            .cls("prose wrap");
    if (site.speaksOfForm(section)) {
      site.form().ifPresent(form -> body.add(toForm(form)));
    }
    return new Layout.Page(
        "/" + section.slug() + "/",
        "../",
        "page",
        PlainText.shorten(section.title(), 80),
        description(),
        true,
        Html.all(List.of(Html.el("article", head, body), onward())));
  }

  private Html toForm(FormKind form) {
    String label = site.words().get(form == FormKind.GUESTBOOK ? "guestbook.open" : "message.open");
    return Html.el("p", Html.el("a", label).cls("button").attr("href", "../" + form.wire() + "/"))
        .cls("actions");
  }

  private String description() {
    String words =
        section.blocks().stream()
            .map(PlainText::of)
            .filter(text -> !text.isEmpty())
            .findFirst()
            .orElse(section.title() + " – " + site.brief().description());
    return PlainText.shorten(words, DESCRIPTION);
  }

  private Html onward() {
    List<Section> sections = site.brief().sections();
    List<Html> links = new ArrayList<>();
    if (number > 0) {
      links.add(step(sections.get(number - 1), "previous"));
    }
    if (number + 1 < sections.size()) {
      links.add(step(sections.get(number + 1), "next"));
    }
    return Html.el("nav", Html.el("div", Html.all(links)).cls("wrap"))
        .cls("onward")
        .attr("aria-label", site.words().get("onward"));
  }

  private Html step(Section to, String way) {
    return Html.el(
            "a",
            Html.el("span", site.words().get(way)),
            Html.text(" "),
            Html.el("strong", PlainText.shorten(to.title(), LABEL)))
        .cls(way)
        .attr("href", "../" + to.slug() + "/");
  }
}

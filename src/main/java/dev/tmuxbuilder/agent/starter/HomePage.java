package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.brief.PlainText;
import dev.tmuxbuilder.brief.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.commonmark.node.BlockQuote;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;

/** The first page: hero, introduction, a card for each section or the sections themselves. */
final class HomePage {
  private static final int EXCERPT = 130;
  private static final int QUOTE = 260;
  private static final int DRAWN = 24;

  private final Site site;
  private final Prose prose;

  HomePage(Site site) {
    this.site = site;
    this.prose = new Prose(site.brief(), site.words(), "");
  }

  Layout.Page page() {
    Brief brief = site.brief();
    List<Html> main = new ArrayList<>();
    main.add(hero());
    if (!brief.intro().isEmpty()) {
      Html intro = Html.el("div", prose.blocks(brief.intro(), 1, 1)).cls("prose wrap");
      main.add(Html.el("section", intro).cls("intro"));
    }
    if (brief.hasPages()) {
      main.add(cards());
      quote().ifPresent(main::add);
    } else {
      for (int i = 0; i < brief.sections().size(); i++) {
        main.add(whole(i, brief.sections().get(i)));
      }
    }
    main.add(contact());
    return new Layout.Page("/", "", "home", title(), description(), true, Html.all(main));
  }

  private String title() {
    return site.brief().name().isEmpty() ? site.words().get("empty") : site.brief().name();
  }

  private String description() {
    String own = site.brief().description();
    return own.isEmpty() ? site.words().get("empty") : own;
  }

  private Html hero() {
    Brief brief = site.brief();
    Html.Element words = Html.el("div").cls("words");
    Html title =
        brief
            .titleHeading()
            .map(prose::inline)
            .orElseGet(() -> Html.text(brief.title().isEmpty() ? title() : brief.title()));
    words.add(Html.el("h1", title).cls(size(brief.title())));
    brief
        .tagline()
        .map(prose::inline)
        .or(() -> brief.meta("tagline").or(() -> brief.meta("description")).map(Html::text))
        .ifPresent(lead -> words.add(Html.el("p", lead).cls("lead")));
    words.add(actions());
    return Html.el(
            "section",
            Html.el(
                    "div",
                    words,
                    Html.el(
                            "div",
                            site.design()
                                .art()
                                .scene(site.random("scene"))
                                .inline("scene", "xMidYMid slice"))
                        .cls("art"))
                .cls("stage"))
        .cls("hero");
  }

  /** Long titles are set smaller, so that they do not fill the screen. */
  static String size(String title) {
    int length = title.codePointCount(0, title.length());
    return length <= 14
        ? "t-s"
        : length <= 32 ? "t-m" : length <= 70 ? "t-l" : length <= 240 ? "t-xl" : "t-xl t-text";
  }

  private Html actions() {
    Html.Element actions = Html.el("p").cls("actions");
    List<Section> sections = site.brief().sections();
    if (site.brief().hasPages()) {
      Section first = sections.getFirst();
      actions.add(
          Html.el("a", PlainText.shorten(first.title(), 32))
              .cls("button")
              .attr("href", first.slug() + "/"));
    }
    if (site.form().isPresent()) {
      String form = site.form().get().wire();
      actions.add(
          Html.el("a", site.words().get(form)).cls("button quiet").attr("href", form + "/"));
    } else if (!site.brief().contact().isEmpty()) {
      actions.add(
          Html.el("a", site.words().get("contact")).cls("button quiet").attr("href", "#_contact"));
    } else if (site.brief().hasPages() && sections.size() > 1) {
      Section second = sections.get(1);
      actions.add(
          Html.el("a", PlainText.shorten(second.title(), 32))
              .cls("button quiet")
              .attr("href", second.slug() + "/"));
    } else {
      return Html.none();
    }
    return actions;
  }

  private Html cards() {
    List<Html> cards = new ArrayList<>();
    List<Section> sections = site.brief().sections();
    for (int i = 0; i < sections.size(); i++) {
      Section section = sections.get(i);
      Html link = Html.el("a", section.title()).attr("href", section.slug() + "/");
      Html.Element words = Html.el("div", Html.el("h2", link)).cls("words");
      excerpt(section).ifPresent(text -> words.add(Html.el("p", text)));
      words.add(Html.el("p", site.words().get("more")).cls("more").attr("aria-hidden", "true"));
      cards.add(Html.el("li", motif(i), words).cls("card"));
    }
    return Html.el(
            "section",
            Html.el("ul", Html.all(cards)).cls("grid wrap n" + Math.min(7, sections.size())))
        .cls("cards");
  }

  private Html motif(int number) {
    return site.design()
        .art()
        .motif(number, site.random("motif" + number))
        .inline("motif", "xMidYMid meet");
  }

  private static Optional<String> excerpt(Section section) {
    return section.blocks().stream()
        .filter(block -> !(block instanceof Heading) && !(block instanceof FencedCodeBlock))
        .map(PlainText::of)
        .filter(text -> !text.isEmpty())
        .findFirst()
        .map(text -> PlainText.shorten(text, EXCERPT));
  }

  /** The first short quotation of the brief deserves to be seen at once. */
  private Optional<Html> quote() {
    for (Section section : site.brief().sections()) {
      for (Node block : section.blocks()) {
        if (block instanceof BlockQuote quote
            && quote.getFirstChild() instanceof Paragraph
            && PlainText.of(quote).length() <= QUOTE
            && !PlainText.of(quote).isEmpty()) {
          Html words = Html.el("blockquote", Html.el("p", PlainText.of(quote.getFirstChild())));
          return Optional.of(Html.el("section", Html.el("div", words).cls("wrap")).cls("quote"));
        }
      }
    }
    return Optional.empty();
  }

  private Html whole(int number, Section section) {
    Html title = Html.el("h2", prose.inline(section.heading())).attr("id", section.slug());
    Html body =
        Html.el("div", title, prose.blocks(section.blocks(), 2, section.heading().getLevel()))
            .cls("prose");
    return Html.el(
            "section",
            Html.el("div", number < DRAWN ? motif(number) : Html.none(), body).cls("wrap"))
        .cls("whole");
  }

  private Html contact() {
    if (site.brief().contact().isEmpty() && site.form().isEmpty()) {
      return Html.none();
    }
    Html.Element box =
        Html.el(
                "div",
                Html.el(
                        "div",
                        Html.el("h2", site.words().get("contact")).attr("id", "_contact-title"),
                        Html.el("p", site.words().get("contact.lead")).cls("lead"))
                    .cls("words"),
                Html.el("div", Html.all(Layout.facts(site))).cls("facts"))
            .cls("wrap");
    site.form()
        .ifPresent(
            form ->
                box.add(
                    Html.el(
                            "p",
                            Html.el("a", site.words().get(form.wire()))
                                .cls("button")
                                .attr("href", form.wire() + "/"))
                        .cls("actions")));
    return Html.el("section", box)
        .cls("contact")
        .attr("id", "_contact")
        .attr("aria-labelledby", "_contact-title");
  }
}

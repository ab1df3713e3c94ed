package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Contact;
import dev.tmuxbuilder.brief.PlainText;
import dev.tmuxbuilder.brief.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is around the content of every page: head, header, footer. */
final class Layout {
  private static final int IN_HEADER = 6;
  private static final int IN_FOOTER = 24;
  private static final int LABEL = 28;

  private final Site site;

  Layout(Site site) {
    this.site = site;
  }

  /**
   * A page as it is asked for.
   *
   * @param path from the site's root, e.g. {@code /menu/}
   * @param root the way from there to the root: empty, {@code ../} or an absolute path
   * @param kind the class of the body
   * @param listed whether search engines should know it
   */
  record Page(
      String path,
      String root,
      String kind,
      String title,
      String description,
      boolean listed,
      Html main) {}

  String render(Page page) {
    Html html =
        Html.el("html", head(page), body(page))
            .attr("lang", site.brief().language().tag())
            .attr("dir", site.brief().language().direction());
    return "<!doctype html>\n" + html.render() + "\n";
  }

  private Html head(Page page) {
    String name = site.brief().name();
    String title =
        page.title().equals(name) || name.isEmpty() ? page.title() : page.title() + " – " + name;
    List<Html> head = new ArrayList<>();
    head.add(Html.el("meta").attr("charset", "utf-8"));
    head.add(meta("viewport", "width=device-width, initial-scale=1"));
    head.add(Html.el("title", title));
    head.add(meta("description", page.description()));
    head.add(meta("color-scheme", "light dark"));
    head.add(
        meta("theme-color", site.light().page().hex())
            .attr("media", "(prefers-color-scheme: light)"));
    head.add(
        meta("theme-color", site.dark().page().hex())
            .attr("media", "(prefers-color-scheme: dark)"));
    if (!page.listed()) {
      head.add(meta("robots", "noindex"));
    }
    head.add(link("stylesheet", page.root() + site.stylesheet()));
    head.add(link("icon", page.root() + "favicon.svg").attr("type", "image/svg+xml"));
    if (page.listed()) {
      site.absolute(page.path()).ifPresent(url -> head.add(link("canonical", url)));
      head.addAll(social(page, title));
    }
    return Html.el("head", Html.all(head));
  }

  private List<Html> social(Page page, String title) {
    List<Html> social = new ArrayList<>();
    social.add(og("type", "website"));
    social.add(og("site_name", site.brief().name()));
    social.add(og("title", title));
    social.add(og("description", page.description()));
    site.absolute(page.path()).ifPresent(url -> social.add(og("url", url)));
    social.add(og("image", site.absolute("/preview.png").orElse(page.root() + "preview.png")));
    social.add(og("image:width", "1200"));
    social.add(og("image:height", "630"));
    social.add(og("image:alt", site.brief().name()));
    social.add(meta("twitter:card", "summary_large_image"));
    return social;
  }

  private Html body(Page page) {
    return Html.el(
            "body",
            Html.el("a", site.words().get("skip")).cls("skip").attr("href", "#_main"),
            header(page),
            Html.el("main", page.main()).attr("id", "_main").attr("tabindex", "-1"),
            footer(page))
        .cls(page.kind());
  }

  private Html header(Page page) {
    Html.Element brand =
        Html.el(
                "a",
                site.design().art().mark().inline("mark", "xMidYMid meet"),
                Html.el("span", PlainText.shorten(site.brief().name(), 40)))
            .cls("brand")
            .attr("href", home(page));
    if (site.brief().name().isEmpty()) {
      brand.attr("aria-label", site.words().get("home"));
    }
    List<Html> items = new ArrayList<>();
    List<Section> sections = site.brief().sections();
    for (Section section : sections.subList(0, Math.min(IN_HEADER, sections.size()))) {
      items.add(item(page, section));
    }
    if (sections.stream().noneMatch(site::speaksOfForm)) {
      site.form().ifPresent(form -> items.add(formItem(page, form)));
    }
    Html nav =
        items.isEmpty()
            ? Html.none()
            : Html.el("nav", Html.el("ul", Html.all(items)))
                .attr("aria-label", site.words().get("main"));
    return Html.el("header", Html.el("div", brand, nav).cls("wrap")).cls("top");
  }

  private Html item(Page page, Section section) {
    String path = site.brief().hasPages() ? section.slug() + "/" : "#" + section.slug();
    return entry(page, path, PlainText.shorten(section.title(), LABEL));
  }

  private Html formItem(Page page, FormKind form) {
    return entry(page, form.wire() + "/", site.words().get(form.wire()));
  }

  private static Html entry(Page page, String path, String label) {
    boolean here = page.path().equals("/" + path);
    String target =
        path.startsWith("#") && !page.path().equals("/") ? home(page) + path : page.root() + path;
    if (path.startsWith("#") && page.path().equals("/")) {
      target = path;
    }
    Html.Element link = Html.el("a", label).attr("href", target);
    return Html.el("li", here ? link.attr("aria-current", "page") : link);
  }

  private static String home(Page page) {
    return page.root().isEmpty() ? "./" : page.root();
  }

  private Html footer(Page page) {
    List<Html> items = new ArrayList<>();
    site.brief().sections().stream()
        .limit(IN_FOOTER)
        .forEach(section -> items.add(item(page, section)));
    Html nav =
        items.size() <= 1
            ? Html.none()
            : Html.el("nav", Html.el("ul", Html.all(items)))
                .attr("aria-label", site.words().get("pages"));
    return Html.el(
            "footer",
            Html.el(
                    "div",
                    Html.el(
                            "div",
                            Html.el("p", PlainText.shorten(site.brief().name(), 60)).cls("name"),
                            Html.all(facts(site)))
                        .cls("about"),
                    nav,
                    Html.el("a", site.words().get("top")).cls("up").attr("href", "#_main"))
                .cls("wrap"))
        .cls("bottom");
  }

  /** Email, telephone, address, one paragraph each. */
  static List<Html> facts(Site site) {
    Contact contact = site.brief().contact();
    List<Html> facts = new ArrayList<>();
    contact.address().ifPresent(address -> facts.add(Html.el("p", address).cls("fact address")));
    link("tel:", contact.phoneDigits(), contact.phone()).ifPresent(facts::add);
    link("mailto:", contact.email(), contact.email()).ifPresent(facts::add);
    return facts;
  }

  private static Optional<Html> link(
      String scheme, Optional<String> target, Optional<String> label) {
    return target.map(
        to ->
            Html.el("p", Html.el("a", Html.el("bdi", label.orElse(to))).attr("href", scheme + to))
                .cls("fact"));
  }

  private static Html.Element meta(String name, String content) {
    return Html.el("meta").attr("name", name).attr("content", content);
  }

  private static Html og(String property, String content) {
    return Html.el("meta").attr("property", "og:" + property).attr("content", content);
  }

  private static Html.Element link(String rel, String href) {
    return Html.el("link").attr("rel", rel).attr("href", href);
  }
}

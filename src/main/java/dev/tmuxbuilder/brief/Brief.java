package dev.tmuxbuilder.brief;

import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.commonmark.ext.autolink.AutolinkExtension;
import org.commonmark.ext.gfm.strikethrough.StrikethroughExtension;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.parser.Parser;

/**
 * What was asked for, read from Markdown. Any text is a brief, the empty one too. Reading takes
 * time in proportion to the length of the text and never fails. A brief is not changed after it was
 * read, so any thread may use it.
 */
public final class Brief {
  /** Sections above this number share one page: nobody reads a menu of a hundred entries. */
  private static final int MOST_PAGES = 24;

  private static final int LONGEST_TAGLINE = 280;
  private static final int LONGEST_TITLE = 120;
  private static final int LONGEST_DESCRIPTION = 160;
  private static final int LONGEST_SITE_SLUG = 30;
  private static final int DEEPEST_BLOCK = 40;

  private static final Parser PARSER =
      Parser.builder()
          // first, because what the extensions do afterwards is recursive
          .postProcessor(Cleaner::flatten)
          .extensions(
              List.of(
                  TablesExtension.create(),
                  StrikethroughExtension.create(),
                  AutolinkExtension.create()))
          .maxOpenBlockParsers(DEEPEST_BLOCK)
          .build();

  private final FrontMatter front;
  private final Node document;
  private final Outline outline;
  private final Language language;
  private final Contact contact;
  private final String text;

  private Brief(FrontMatter front, Node document, Outline outline) {
    this.front = front;
    this.document = document;
    this.outline = outline;
    this.text = PlainText.of(document);
    this.language =
        front.value("lang").flatMap(Language::parse).orElseGet(() -> LanguageGuess.of(text));
    this.contact = ContactFinder.find(document, front);
  }

  /** Reads a brief. */
  public static Brief parse(String markdown) {
    String legal = PlainText.legal(markdown.replace("\r\n", "\n").replace('\r', '\n'));
    FrontMatter front = FrontMatter.read(legal);
    Node document = PARSER.parse(Tame.tame(front.body()));
    Cleaner.clean(document);
    Outline outline = Outline.of(document);
    new References(outline.anchors(), paths(outline)).settle(document);
    return new Brief(front, document, Outline.of(document));
  }

  /** A value from the front matter, white space collapsed; keys are lower case. */
  public Optional<String> meta(String key) {
    return front.value(key);
  }

  /** The first heading of the home page, plain; empty where the brief has no words at all. */
  public String title() {
    return outline
        .title()
        .map(PlainText::of)
        .or(() -> front.value("title"))
        .or(() -> outline.sections().stream().findFirst().map(Section::title))
        .orElseGet(() -> PlainText.shorten(text, 60));
  }

  /** What the site is called where there is little room. */
  public String name() {
    return PlainText.shorten(front.value("title").orElseGet(this::title), LONGEST_TITLE);
  }

  /** The heading that {@link #title} was read from, cleaned, where it is the brief's only one. */
  public Optional<Heading> titleHeading() {
    return outline.title();
  }

  /** The first paragraph before the sections, where it is short enough to stand under the title. */
  public Optional<Paragraph> tagline() {
    return outline.intro().stream()
        .findFirst()
        .filter(Paragraph.class::isInstance)
        .map(Paragraph.class::cast)
        .filter(paragraph -> PlainText.of(paragraph).length() <= LONGEST_TAGLINE);
  }

  /** What stands before the first section, without the tagline; cleaned. */
  public List<Node> intro() {
    return outline.intro().subList(tagline().isPresent() ? 1 : 0, outline.intro().size());
  }

  /** The top-level parts, in order. */
  public List<Section> sections() {
    return outline.sections();
  }

  /** Whether each section has a page of its own; otherwise all are on the home page. */
  public boolean hasPages() {
    return hasPages(outline);
  }

  /** The unique name of a heading of this brief; empty for the title. */
  public String anchor(Heading heading) {
    return outline.anchors().getOrDefault(heading, "");
  }

  public Language language() {
    return language;
  }

  public Contact contact() {
    return contact;
  }

  /** All words of the brief. */
  public String text() {
    return text;
  }

  /** What search engines show: at most 160 characters, one line; empty for an empty brief. */
  public String description() {
    String source =
        front
            .value("description")
            .or(
                () ->
                    outline.intro().stream()
                        .map(PlainText::of)
                        .filter(t -> !t.isEmpty())
                        .findFirst())
            .or(this::firstParagraph)
            .orElseGet(this::title);
    return PlainText.shorten(source, LONGEST_DESCRIPTION);
  }

  /** The text of every heading in the order of the brief, as it is on the site; none is blank. */
  public List<String> headings() {
    return Walk.all(document, Heading.class).stream().map(PlainText::of).toList();
  }

  /** Every link that the site carries, each once, in the order of the brief. */
  public List<Link> links() {
    LinkedHashSet<Link> links = new LinkedHashSet<>();
    for (org.commonmark.node.Link link : Walk.all(document, org.commonmark.node.Link.class)) {
      links.add(new Link(PlainText.of(link), link.getDestination()));
    }
    return List.copyOf(links);
  }

  /** A name for addresses made from the title: ASCII, at most 30 characters, may be empty. */
  public String siteSlug() {
    return Slugs.slug(name(), LONGEST_SITE_SLUG);
  }

  private Optional<String> firstParagraph() {
    return Walk.all(document, Paragraph.class).stream()
        .map(PlainText::of)
        .filter(words -> !words.isEmpty())
        .findFirst();
  }

  private static boolean hasPages(Outline outline) {
    return outline.sections().size() >= 2 && outline.sections().size() <= MOST_PAGES;
  }

  /** Where on the site each heading is found. */
  private static Map<Node, String> paths(Outline outline) {
    Map<Node, String> paths = new IdentityHashMap<>();
    outline.title().ifPresent(title -> paths.put(title, "/"));
    outline.intro().forEach(block -> below(block, "/#", outline, paths));
    for (Section section : outline.sections()) {
      String own = hasPages(outline) ? "/" + section.slug() + "/" : "/#" + section.slug();
      paths.put(section.heading(), own);
      String inside = hasPages(outline) ? own + "#" : "/#";
      section.blocks().forEach(block -> below(block, inside, outline, paths));
    }
    return paths;
  }

  private static void below(Node block, String prefix, Outline outline, Map<Node, String> paths) {
    for (Heading heading : Walk.all(block, Heading.class)) {
      paths.putIfAbsent(heading, prefix + outline.anchors().getOrDefault(heading, ""));
    }
  }
}

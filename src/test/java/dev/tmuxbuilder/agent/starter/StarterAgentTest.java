package dev.tmuxbuilder.agent.starter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.agent.AgentOutcome;
import dev.tmuxbuilder.brief.Brief;
import dev.tmuxbuilder.brief.Link;
import dev.tmuxbuilder.execution.SiteType;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StarterAgentTest {
  private static final Set<String> ELEMENTS =
      Set.of(
          ("html head meta title link body a header div span nav ul ol li main section h1 h2 h3 h4 h5"
                  + " h6 p svg path article footer bdi strong em del code pre blockquote br hr table"
                  + " thead tbody tr th td")
              .split(" "));

  @TempDir Path root;

  static Collection<String> briefs() {
    return Briefs.all().keySet();
  }

  @ParameterizedTest
  @MethodSource("briefs")
  void everyHeadingAndLinkOfTheBriefIsOnTheSite(String name) {
    String markdown = Briefs.all().getOrDefault(name, "");
    SortedMap<String, Document> pages = Made.of(root, SiteType.STATIC, markdown).pages();

    Set<String> headings =
        pages.values().stream()
            .flatMap(page -> page.select("h1,h2,h3,h4,h5,h6").stream())
            .map(heading -> collapse(heading.wholeText()))
            .collect(Collectors.toSet());
    Set<Link> links =
        pages.values().stream()
            .flatMap(page -> page.select("a[href]").stream())
            .map(a -> new Link(collapse(a.wholeText()), a.absUrl("href")))
            .collect(Collectors.toSet());
    Brief brief = Brief.parse(markdown);
    assertThat(headings).containsAll(brief.headings());
    assertThat(links)
        .containsAll(
            brief.links().stream()
                .map(link -> new Link(link.text(), Made.URL.resolve(link.target()).toString()))
                .toList());
  }

  @ParameterizedTest
  @MethodSource("briefs")
  void noLinkOfTheSiteLeadsNowhere(String name) {
    Made made = Made.of(root, SiteType.STATIC, Briefs.all().getOrDefault(name, ""));
    SortedMap<String, Document> pages = made.pages();

    pages.forEach(
        (path, page) -> {
          for (Element link : page.select("[href],[src]")) {
            String attribute = link.hasAttr("href") ? "href" : "src";
            String target = link.absUrl(attribute);
            if (target.startsWith(Made.URL.toString())) {
              assertThat(isThere(URI.create(target), made, pages))
                  .as("%s on %s", target, path)
                  .isTrue();
            }
          }
        });
  }

  @ParameterizedTest
  @MethodSource("briefs")
  void nothingOfTheBriefBecomesScriptStyleOrRequest(String name) {
    Made made = Made.of(root, SiteType.STATIC, Briefs.all().getOrDefault(name, ""));
    SortedMap<String, Document> pages = made.pages();

    pages.forEach(
        (path, page) -> {
          for (Element element : page.getAllElements()) {
            if (element == page) {
              continue;
            }
            assertThat(ELEMENTS).as(path).contains(element.tagName());
            for (Attribute attribute : element.attributes()) {
              assertThat(attribute.getKey()).as(path).doesNotStartWith("on").isNotEqualTo("style");
            }
          }
          for (Element link : page.select("a[href]")) {
            assertThat(link.absUrl("href")).matches("(?s)(https?://|mailto:|tel:).*");
            if (link.attr("href").startsWith("http")) {
              assertThat(link.attr("rel")).isEqualTo("noopener");
            }
          }
          for (Element loaded : page.select("link[rel=stylesheet],link[rel=icon]")) {
            assertThat(loaded.absUrl("href")).startsWith(Made.URL.toString());
          }
        });
    made.files()
        .forEach(
            (path, bytes) -> {
              if (path.endsWith(".html")) {
                assertThat(new String(bytes, UTF_8)).as(path).doesNotContain("{{");
              }
            });
  }

  @ParameterizedTest
  @MethodSource("briefs")
  void everyPageIsWellBuilt(String name) {
    SortedMap<String, Document> pages =
        Made.of(root, SiteType.STATIC, Briefs.all().getOrDefault(name, "")).pages();

    pages.forEach(
        (path, page) -> {
          assertThat(page.select("h1")).as(path).hasSize(1);
          assertThat(page.select("h1").text()).as(path).isNotBlank();
          assertThat(page.title()).as(path).isNotBlank();
          assertThat(page.select("meta[name=description]").attr("content"))
              .as(path)
              .isNotBlank()
              .hasSizeLessThanOrEqualTo(160);
          assertThat(page.select("html").attr("lang")).as(path).isNotBlank();
          assertThat(page.select("html").attr("dir")).as(path).matches("ltr|rtl");
          assertThat(page.select("main")).as(path).hasSize(1);
          headingsGoDownOneByOne(path, page);
          Set<String> ids = new HashSet<>();
          for (Element element : page.select("[id]")) {
            assertThat(ids.add(element.id())).as("%s: #%s twice", path, element.id()).isTrue();
          }
        });
  }

  @ParameterizedTest
  @EnumSource(Design.class)
  void everyDesignHasAllFilesAndTheSameBytesEachTime(Design design) throws IOException {
    String brief =
        "---\ndesign: "
            + design.wire()
            + "\n---\n"
            + Briefs.hostile().replaceFirst("(?s)^---.*?---\n", "");
    Made first = Made.of(root.resolve("a"), SiteType.STATIC, brief);
    Made second = Made.of(root.resolve("b"), SiteType.STATIC, brief);

    assertThat(first.outcome()).isInstanceOf(AgentOutcome.Done.class);
    assertThat(first.files().keySet())
        .contains(
            "index.html", "404.html", "favicon.svg", "preview.png", "robots.txt", "sitemap.xml")
        .anyMatch(path -> path.matches("assets/site\\.[0-9a-f]{8}\\.css"));
    assertThat(second.files().keySet()).isEqualTo(first.files().keySet());
    first
        .files()
        .forEach((path, bytes) -> assertThat(second.files().get(path)).as(path).isEqualTo(bytes));
    assertThat(first.log()).anyMatch(line -> line.contains("Design: " + design.wire()));
    assertThat(first.text("favicon.svg")).startsWith("<svg");
  }

  @Test
  void aRepeatAfterACrashEndsTheSameAndLeavesGitAlone() throws IOException {
    Made.of(root, SiteType.STATIC, "# One\n\n## A\n\n## B");
    SortedMap<String, byte[]> before =
        new Made(root, new AgentOutcome.Interrupted(), List.of()).files();
    Files.createDirectories(root.resolve(".git/refs"));
    Files.writeString(root.resolve(".git/HEAD"), "ref: refs/heads/main\n");
    Files.writeString(root.resolve("index.html"), "half a pa");
    Files.writeString(root.resolve("a/index.html.part~"), "half");
    Files.createDirectories(root.resolve("stray/deep"));
    Files.writeString(root.resolve("stray/deep/file"), "x");
    Files.createSymbolicLink(root.resolve("link"), Path.of("/etc"));
    Files.createDirectories(root.resolve("robots.txt~"));

    Made.of(root, SiteType.STATIC, "# One\n\n## A\n\n## B");

    SortedMap<String, byte[]> after =
        new Made(root, new AgentOutcome.Interrupted(), List.of()).files();
    assertThat(after.remove(".git/HEAD")).isNotNull();
    assertThat(after.keySet()).isEqualTo(before.keySet());
    assertThat(after.get("index.html")).isEqualTo(before.get("index.html"));
    assertThat(root.resolve(".git/refs")).isDirectory();
    assertThat(root.resolve("stray")).doesNotExist();
    assertThat(Path.of("/etc")).isDirectoryContaining(path -> path.endsWith("passwd"));
  }

  @ParameterizedTest
  @CsvSource({
    "'# Bakery\n\nSourdough bread and cake from our oven.',HEARTH",
    "'# Berghütte\n\nWandern, Gipfel und ein warmes Bett.',ALPINE",
    "'# Festival\n\nJazz and dance on three stages, tickets now.',FIESTA",
    "'# 茶室\n\n抹茶と陶器。',INK",
    "'# Datapipe\n\nAn open source server for developers, with an API.',CIRCUIT",
    "'# Yoga am See\n\nAtem und Meditation.',MEADOW",
    "'# Ohne Worte',GAZETTE",
  })
  void theDesignFollowsTheWordsOfTheBrief(String brief, Design design) {
    assertThat(Choice.of(Brief.parse(brief)).design()).isEqualTo(design);
  }

  @Test
  void anUnknownDesignIsToldAndReplaced() {
    Made made = Made.of(root, SiteType.STATIC, "---\ndesign: nonsuch\n---\n# Bread");

    assertThat(made.log()).anyMatch(line -> line.startsWith("WARN") && line.contains("nonsuch"));
    assertThat(made.files()).containsKey("index.html");
  }

  @Test
  void withoutAKnownUrlNoWholeAddressIsClaimed() {
    Made made = Made.of(root, SiteType.STATIC, "# T\n\n## A\n\n## B", Optional.empty());

    assertThat(made.files()).doesNotContainKey("sitemap.xml");
    assertThat(made.text("robots.txt")).doesNotContain("Sitemap");
    assertThat(made.text("index.html")).doesNotContain("canonical");
  }

  @Test
  void theSitemapNamesEveryPageByItsWholeAddress() {
    Made made = Made.of(root, SiteType.STATIC, "# T\n\n## A\n\n## B");

    assertThat(made.text("sitemap.xml"))
        .contains("<loc>http://site.localhost:8081/</loc>")
        .contains("<loc>http://site.localhost:8081/b/</loc>");
    assertThat(made.text("robots.txt")).contains("Sitemap: http://site.localhost:8081/sitemap.xml");
  }

  @Test
  void thePreviewIsAPictureOfTheRightSize() throws IOException {
    Made.of(root, SiteType.STATIC, "---\ndesign: hearth\n---\n# T");
    javax.imageio.ImageIO.setUseCache(false);
    java.awt.image.BufferedImage image =
        javax.imageio.ImageIO.read(root.resolve("preview.png").toFile());

    assertThat(image.getWidth()).isEqualTo(1200);
    assertThat(image.getHeight()).isEqualTo(630);
    assertThat(image.getRGB(606, 480)).isNotEqualTo(image.getRGB(4, 4));
  }

  @Test
  void aBriefOf64KiBIsASiteWithinASecondOnceWarm() {
    for (int i = 0; i < 3; i++) {
      Made.of(root, SiteType.STATIC, Briefs.large());
    }
    long fastest = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      long start = System.nanoTime();
      Made.of(root, SiteType.STATIC, Briefs.large());
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    assertThat(TimeUnit.NANOSECONDS.toMillis(fastest)).isLessThan(1000);
  }

  private static void headingsGoDownOneByOne(String path, Document page) {
    int last = 0;
    for (Element heading : page.select("h1,h2,h3,h4,h5,h6")) {
      int level = heading.tagName().charAt(1) - '0';
      assertThat(level).as("%s: %s", path, heading.text()).isLessThanOrEqualTo(last + 1);
      last = level;
    }
  }

  private static boolean isThere(URI target, Made made, SortedMap<String, Document> pages) {
    String path = target.getPath().substring(1);
    Path file =
        made.root().resolve(path.isEmpty() || path.endsWith("/") ? path + "index.html" : path);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    Document page = pages.get("/" + path);
    return target.getFragment() == null
        || (page != null && page.getElementById(target.getFragment()) != null);
  }

  private static String collapse(String text) {
    return text.replaceAll("[\\s\\p{Z}]+", " ").strip();
  }
}

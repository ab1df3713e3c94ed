package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.agent.starter.Briefs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Briefs of every kind become proved sites, and nothing of theirs runs in a visitor's browser. */
@ExtendWith(SharedServer.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BriefsTest {
  private static final List<String> RUN_OR_FETCH =
      List.of("script", "iframe", "object", "embed", "base", "applet", "frame", "math");

  /** Links that no page may have, whatever a browser would make of them. */
  private static final List<String> BAD_SCHEMES =
      List.of("javascript:", "vbscript:", "data:", "file:");

  /** One line of the test: a brief and the type of its site. */
  record Wish(String name, String brief, String siteType) {
    @Override
    public String toString() {
      return name + ", " + siteType;
    }
  }

  private final ServerProcess server;
  private final Map<Wish, Client.Created> created = new LinkedHashMap<>();

  BriefsTest(ServerProcess server) {
    this.server = server;
  }

  static Stream<Wish> wishes() {
    Map<String, String> briefs = new LinkedHashMap<>(Briefs.examples());
    briefs.put("64 KiB", Briefs.large());
    briefs.put(
        "Arabic",
        """
        # مرسم الحبر

        نكتب بالقصب.

        ## الدروس

        كل خميس، الساعة 18:30.

        ## اتصل بنا

        الهاتف: +962 6 555 0100
        """);
    briefs.put(
        "Japanese", "# 茶室 月光\n\n静かな午後を。\n\n## お品書き\n\n- 抹茶\n- 煎茶\n\n## ご予約\n\n電話: 075-555-0123\n");
    briefs.put("only a title", "# The Lighthouse");
    briefs.put("empty", "");
    briefs.put("hostile", hostile());
    return Stream.concat(
        briefs.entrySet().stream()
            .map(brief -> new Wish(brief.getKey(), brief.getValue(), "static")),
        Stream.of("mountain-hut.md", "hostile")
            .map(name -> new Wish(name, briefs.getOrDefault(name, ""), "dynamic")));
  }

  /** The API refuses NUL by itself. */
  private static String hostile() {
    return Briefs.hostile().replace("\0", "");
  }

  /** All are asked for at once, so that one is photographed while another is written. */
  @BeforeAll
  void ask() {
    wishes()
        .forEach(
            wish -> {
              Map<String, Object> asked = Client.wish(wish.brief());
              asked.put("site_type", wish.siteType());
              created.put(wish, server.client().create(asked));
            });
  }

  @ParameterizedTest
  @MethodSource("wishes")
  void aBriefBecomesAProvedSiteInWhichNothingOfItRuns(Wish wish) throws IOException {
    Client.Created site = created.get(wish);

    JsonNode end = site.completed();

    JsonNode receipt =
        site.client().json(site.client().get("/api/executions/" + site.id() + "/receipts/1"), 200);
    assertThat(receipt.get("checks").findValuesAsText("status"))
        .hasSizeGreaterThan(10)
        .containsOnly("passed");
    SiteReader reader = new SiteReader(server, end.get("url").asText());
    List<String> pages = pages(site, wish);
    assertThat(pages).contains("index.html");
    for (String path : pages) {
      assertNothingRuns(path, reader.text("/" + path));
    }
    if (wish.siteType().equals("dynamic")) {
      String form = formOf(reader.text("/"));
      assertNothingRuns(form, reader.text(form));
      assertThat(reader.text(form)).contains("data-check").doesNotContain("kind word");
    }
  }

  private static String formOf(String home) {
    return Jsoup.parse(home).select("a[href=guestbook/], a[href=message/]").stream()
        .findFirst()
        .map(link -> "/" + link.attr("href"))
        .orElseThrow();
  }

  private static void assertNothingRuns(String path, String html) {
    assertThat(html).as(path).doesNotContainIgnoringCase("<script");
    Document page = Jsoup.parse(html);
    for (Element element : page.getAllElements()) {
      assertThat(RUN_OR_FETCH).as(path).doesNotContain(element.normalName());
      for (Attribute attribute : element.attributes()) {
        assertThat(attribute.getKey()).as(path).doesNotStartWithIgnoringCase("on");
        if (List.of("href", "src", "action", "formaction", "xlink:href")
            .contains(attribute.getKey())) {
          String target =
              attribute.getValue().replaceAll("[\\s\\p{Cntrl}]", "").toLowerCase(Locale.ROOT);
          assertThat(BAD_SCHEMES).as(path + ": " + target).noneMatch(target::startsWith);
          assertThat(target).as(path).doesNotContain("../../").doesNotContain("%2f");
        }
      }
    }
  }

  private List<String> pages(Client.Created site, Wish wish) throws IOException {
    Path source =
        server
            .dataDirectory()
            .resolve("users")
            .resolve(site.answer().get("user_id").asText())
            .resolve("sessions")
            .resolve(site.answer().get("session_id").asText())
            .resolve("source");
    Path root = wish.siteType().equals("dynamic") ? source.resolve("public") : source;
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.filter(file -> file.toString().endsWith(".html"))
          .map(file -> root.relativize(file).toString())
          .toList();
    }
  }
}

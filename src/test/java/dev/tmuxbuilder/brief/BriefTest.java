package dev.tmuxbuilder.brief;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BriefTest {
  @Test
  void theOnlyFirstHeadingIsTheTitleAndTheNextLevelMakesTheSections() {
    Brief brief =
        Brief.parse("# Inn\n\nBy the lake.\n\n## Rooms\n\nNine.\n\n### Views\n\n## Prices\n");

    assertThat(brief.title()).isEqualTo("Inn");
    assertThat(brief.tagline()).map(PlainText::of).contains("By the lake.");
    assertThat(brief.sections()).extracting(Section::slug).containsExactly("rooms", "prices");
    assertThat(brief.headings()).containsExactly("Inn", "Rooms", "Views", "Prices");
    assertThat(brief.hasPages()).isTrue();
  }

  @Test
  void severalFirstHeadingsAreTheSections() {
    Brief brief = Brief.parse("# One\n\na\n\n# Two\n\nb\n");

    assertThat(brief.sections()).extracting(Section::title).containsExactly("One", "Two");
    assertThat(brief.title()).isEqualTo("One");
  }

  @Test
  void withoutATitleTheFirstWordsStandForIt() {
    assertThat(Brief.parse("Just a line.").title()).isEqualTo("Just a line.");
    assertThat(Brief.parse("").title()).isEmpty();
    assertThat(Brief.parse("# Only this").sections()).isEmpty();
  }

  @Test
  void frontMatterIsReadAndIsNoPartOfTheText() {
    Brief brief =
        Brief.parse("---\nlang: de-ch\ndesign: ink\ntitle: \"Zum Bären\"\n---\n# Bär\n\nHallo.");

    assertThat(brief.language().tag()).isEqualTo("de-CH");
    assertThat(brief.meta("design")).contains("ink");
    assertThat(brief.name()).isEqualTo("Zum Bären");
    assertThat(brief.text()).isEqualTo("Bär Hallo.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "---\ntitle: X\n\n# Head\n\nText.",
        "---\ntitle: X\n# Head\n\nText.",
        "---\ntitle: [broken\n---\n# Head\n\nText.",
        "---\n# Head\n\nText.",
        "---\n---\n# Head\n\nText.",
        "---\r\ntitle: X\r\n---\r\n# Head\r\n\r\nText.",
      })
  void brokenFrontMatterLosesNoText(String markdown) {
    Brief brief = Brief.parse(markdown);

    assertThat(brief.headings()).containsExactly("Head");
    assertThat(brief.text()).contains("Text.");
  }

  @ParameterizedTest
  @CsvSource({
    "مرحبا بكم في استوديو الخط العربي,ar,rtl",
    "お茶を一服いかがですか。静かな庭があります,ja,ltr",
    "欢迎来到我们的书店,zh,ltr",
    "ברוכים הבאים אל הסטודיו,he,rtl",
    "Wir sind eine Hütte und das ist nicht weit von der Bahn,de,ltr",
    "Nous sommes une petite ferme et vous êtes les bienvenus,fr,ltr",
    "Добро пожаловать в нашу мастерскую,ru,ltr",
    "We are a small place for the people of the town,en,ltr",
    "12345,en,ltr",
  })
  void theLanguageIsToldFromScriptAndSmallWords(String text, String tag, String direction) {
    Language language = Brief.parse(text).language();

    assertThat(language.tag()).isEqualTo(tag);
    assertThat(language.direction()).isEqualTo(direction);
  }

  @Test
  void onlyHarmlessLinksRemainAndEachIsInNormalForm() {
    Brief brief =
        Brief.parse(
            """
            # T
            [a](https://example.com/x?q=1&r=(2)) [b](javascript:alert(1)) [c](mailto:ana@example.com)
            [d](tel:+49 30 123456) [e](data:text/html,x) [f](JaVa&#115;cript:alert(1)) [g](//example.org)
            [h](vbscript:x) [i](file:///etc/passwd) <https://example.net>
            [](https://example.com/empty) ![pic](https://example.com/p.png) ![alone](javascript:x)
            """);

    assertThat(brief.links())
        .containsExactly(
            new Link("a", "https://example.com/x?q=1&r=%282%29"),
            new Link("c", "mailto:ana@example.com"),
            new Link("g", "https://example.org/"),
            new Link("https://example.net", "https://example.net/"),
            new Link("example.com/empty", "https://example.com/empty"),
            new Link("pic", "https://example.com/p.png"));
  }

  @Test
  void linksToPlacesOfTheSiteLeadThereAndOthersAreText() {
    Brief brief =
        Brief.parse(
            """
            # Café
            [menu](#menu) [file](menu.html) [deep](/prices/#cheap) [gone](/nowhere) [up](../../etc/passwd)
            [home](/)

            ## Menu
            ## Prices
            ### Cheap
            """);

    assertThat(brief.links())
        .containsExactly(
            new Link("menu", "/menu/"),
            new Link("file", "/menu/"),
            new Link("deep", "/prices/#cheap"),
            new Link("home", "/"));
    assertThat(brief.text()).contains("gone", "up");
  }

  @Test
  void htmlOfTheBriefIsNeitherMarkupNorHeading() {
    Brief brief =
        Brief.parse(
            "# A <b>bold</b> <script>alert(1)</script>title\n\n<h2>No</h2>\n\n<!-- secret -->\n\n"
                + "<script>\nbad()\n</script>\n\n## <img src=x onerror=y>\n\ntext <!-- hidden --> end");

    assertThat(brief.headings()).containsExactly("A bold title");
    assertThat(brief.text())
        .contains("No", "text")
        .doesNotContain("bad", "secret", "hidden", "alert");
  }

  @Test
  void slugsAreUniqueAndLegalWhateverTheHeadingsSay() {
    Brief brief =
        Brief.parse(
            "# T\n\n## ../../etc\n\n## Same\n\n## Same\n\n## 日本\n\n## Über uns\n\n## Москва\n\n## index\n\n## !!!\n");

    assertThat(brief.sections())
        .extracting(Section::slug)
        .containsExactly(
            "etc", "same", "same-2", "section-4", "uber-uns", "moskva", "index-2", "section-8");
  }

  @Test
  void contactFactsAreFound() {
    Contact contact =
        Brief.parse(
                "# T\n\n## Visit\n\nAddress: 1 Mill Lane, Bath\n\nPhone: +44 (0)1632 960 147, since"
                    + " 2010-2024\n\nWrite to hi@mill.example.")
            .contact();

    assertThat(contact.address()).contains("1 Mill Lane, Bath");
    assertThat(contact.phone()).contains("+44 (0)1632 960 147");
    assertThat(contact.phoneDigits()).contains("+441632960147");
    assertThat(contact.email()).contains("hi@mill.example");
  }

  @Test
  void theDescriptionIsShortAndTheSiteSlugFitsAnAddress() {
    Brief brief = Brief.parse("# " + "Grüße aus dem Tal ".repeat(9) + "\n\n" + "word ".repeat(99));

    assertThat(brief.description()).hasSizeLessThanOrEqualTo(160);
    assertThat(brief.siteSlug()).hasSizeLessThanOrEqualTo(30).matches("[a-z0-9]+(-[a-z0-9]+)*");
    assertThat(Brief.parse("# 日本").siteSlug()).isEmpty();
  }

  static List<String> hostile() {
    return List.of(
        ">".repeat(60_000) + "x",
        ("> ".repeat(10_000)) + "x",
        "- ".repeat(10_000) + "x",
        "[".repeat(60_000),
        "![".repeat(30_000),
        "[a](".repeat(16_000),
        "*a **b ".repeat(9_000),
        "*a ".repeat(10_000) + "a* ".repeat(10_000),
        "![a".repeat(8_000) + "](x)".repeat(8_000),
        "*a _b ".repeat(330) + "c_ d* ".repeat(330),
        "~~a ".repeat(10_000),
        "`".repeat(60_000),
        "`a``b".repeat(13_000),
        "<script>".repeat(8_000),
        "<!--".repeat(16_000),
        "<a ".repeat(20_000),
        "&#".repeat(30_000),
        "x".repeat(65_536),
        "# " + "x".repeat(65_000),
        "# a\n".repeat(16_000),
        "## a\n".repeat(13_000),
        "| a ".repeat(16_000) + "\n" + "| - ".repeat(16_000),
        "a@".repeat(30_000),
        "1 ".repeat(30_000),
        "http://".repeat(9_000),
        "a.b@c.".repeat(10_000),
        "tel ".repeat(16_000),
        "---\n" + "a: b\n".repeat(13_000),
        "---\n" + "a".repeat(60_000),
        "~".repeat(60_000),
        "_a".repeat(30_000),
        "<".repeat(60_000),
        "[a]: <".repeat(10_000),
        "\u202e\u0000\ufffe\ud800 " + "👨‍👩‍👧".repeat(5_000));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void noTextIsTooDeepOrTooLong(String markdown) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> {
          Brief brief = Brief.parse(markdown);
          assertThat(brief.headings()).noneMatch(String::isBlank);
          assertThat(brief.description()).hasSizeLessThanOrEqualTo(160);
        });
  }
}

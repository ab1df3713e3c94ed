package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.SiteType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EndToEndTest {
  private static final String BRIEF =
      """
      # Bread from the *old* oven
      Write to [Ana](mailto:ana@example.com) and our [friends](https://example.com/friends).
      ## Opening hours
      """;

  @RegisterExtension static final Bench bench = new Bench("browser.pool", "1");

  @TempDir Path deployment;
  private TestSite site;

  @BeforeEach
  void serve() throws Exception {
    site = TestSite.good(bench.vertx);
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  @Test
  void aGoodSitePassesEveryCheckOnEveryPage() throws Exception {
    Watcher watcher = new Watcher();

    List<CheckResult> checks = check(watcher);

    assertThat(failed(checks)).isEmpty();
    assertThat(checks).isEqualTo(watcher.checks);
    assertThat(checks)
        .filteredOn(check -> check.name().equals("page loads"))
        .extracting(CheckResult::page)
        .containsExactly("/", "/bread/", "/cakes/", "/people/", "/history/", "/contact/");
    JsonNode plan = json("tests/run-1.json");
    assertThat(plan.path("headings"))
        .extracting(JsonNode::asText)
        .containsExactly("Bread from the old oven", "Opening hours");
    assertThat(plan.path("links")).hasSize(2);
    assertThat(plan.path("pages")).hasSize(6);
    JsonNode report = json("tests/report-run-1.json");
    assertThat(report.path("failed").asInt()).isZero();
    assertThat(report.path("passed").asInt()).isEqualTo(checks.size());
  }

  @Test
  void anErrorOnTheConsoleFails() {
    site.edit("bread/index.html", "</main>", "</main><script>console.error('no flour')</script>");

    assertThat(onlyFailure("no console error", "/bread/").seen()).contains("no flour");
  }

  @Test
  void anUncaughtErrorFails() {
    site.edit("bread/index.html", "</main>", "</main><script>bake()</script>");

    assertThat(onlyFailure("no console error", "/bread/").seen()).contains("bake is not defined");
  }

  @Test
  void aPictureThatIsNotThereFails() {
    site.edit("cakes/index.html", "</main>", "<img src='/gone.png' alt='cake'></main>");

    assertThat(onlyFailure("no failed request", "/cakes/").seen())
        .contains("/gone.png: status 404");
  }

  @Test
  void aRequestToAnotherOriginIsRefusedAndFails() throws Exception {
    try (TestSite other = TestSite.good(bench.vertx)) {
      site.edit(
          "index.html", "</main>", "<img src='" + other.url() + "icon.svg' alt='other'></main>");

      assertThat(onlyFailure("no external request", "/").seen()).contains(other.url().toString());
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void anAnchorThatIsNotThereFails() {
    site.edit("index.html", "href=\"#hours\"", "href=\"/bread/#times\"");

    assertThat(onlyFailure("links and anchors work", "/").seen())
        .contains("/bread/#times: there is no \"times\" on that page");
  }

  @Test
  void aLinkToNothingFailsWhereItIsAndWhereItLeads() {
    site.edit("index.html", "href=\"#hours\"", "href=\"/gone/\"");

    assertThat(failed(check(new Watcher())))
        .extracting(check -> check.name() + " " + check.page())
        .containsExactlyInAnyOrder("page loads /gone/", "links and anchors work /");
  }

  @Test
  void aPageWithoutLanguageFails() {
    site.edit("people/index.html", "<html lang=\"en\">", "<html>");

    assertThat(onlyFailure("language, title and description", "/people/").seen())
        .isEqualTo("no language (lang) is set");
  }

  @Test
  void aTitleThatTwoPagesShareFails() {
    site.edit("people/index.html", "<title>people", "<title>bread");

    assertThat(onlyFailure("titles are unique", "/").seen())
        .contains("/bread/")
        .contains("/people/");
  }

  @Test
  void aPageThatScrollsSidewaysFails() {
    site.edit("cakes/index.html", "<h1>", "<h1 style='width:30rem'>");

    CheckResult failure = onlyFailure("no sideways scroll", "/cakes/");

    assertThat(failure.seen()).startsWith("at 360 pixels the page is ").contains("h1");
  }

  @Test
  void lettersThatCannotBeReadFail() {
    site.edit("bread/index.html", "<p>All", "<p style='color:#bbb;background:#fff'>All");

    List<CheckResult> failures = failed(check(new Watcher()));

    assertThat(failures)
        .extracting(CheckResult::name)
        .containsExactly("accessible in light", "accessible in dark");
    assertThat(failures).allSatisfy(this::isComplete);
    assertThat(failures.getFirst().seen()).contains("color-contrast");
  }

  @Test
  void lettersThatCannotBeReadInTheDarkFail() {
    site.edit("site.css", "--ink: #fafaf9; --paper: #1c1917", "--ink: #333333; --paper: #1c1917");

    assertThat(failed(check(new Watcher())))
        .hasSize(6)
        .allMatch(check -> check.name().equals("accessible in dark"));
  }

  @Test
  void aVeryLargePageIsJudgedByPartsOfIt() {
    String rows = "<ul><li>A</li><li>B</li><li>C</li></ul>".repeat(3000);
    site.edit("index.html", "</main>", rows + "</main>");

    List<CheckResult> checks = check(new Watcher());

    assertThat(failed(checks)).isEmpty();
    assertThat(checks)
        .filteredOn(check -> check.name().startsWith("accessible") && check.page().equals("/"))
        .hasSize(2)
        .allMatch(check -> check.seen().contains("parts of this very large page"));
  }

  @Test
  void whatCannotBeReadAllOverAVeryLargePageFails() {
    String rows = "<ul><li>Apples</li><li>Bread</li><li>Cakes</li></ul>".repeat(1000);
    site.edit("index.html", "</main>", rows + "</main>");
    site.edit("site.css", "--ink: #fafaf9; --paper: #1c1917", "--ink: #333333; --paper: #1c1917");

    assertThat(failed(check(new Watcher())))
        .anySatisfy(
            check -> {
              assertThat(check.name()).isEqualTo("accessible in dark");
              assertThat(check.page()).isEqualTo("/");
            });
  }

  @Test
  void aHeadingOfTheBriefThatIsMissingFails() {
    site.edit("index.html", "<h2>Opening hours</h2>", "<h2>When we open</h2>");

    assertThat(onlyFailure("headings of the brief", "/").seen())
        .contains("\"Opening hours\" is not a heading");
  }

  @Test
  void aLinkOfTheBriefThatIsMissingFails() {
    site.edit("index.html", "mailto:ana@example.com", "mailto:bob@example.com");

    assertThat(onlyFailure("links of the brief", "/").seen()).contains("mailto:ana@example.com");
  }

  @Test
  void aDialogThatOpensByItselfFails() {
    site.edit("index.html", "</main>", "</main><script>alert('Buy bread!')</script>");

    assertThat(onlyFailure("nothing opens by itself", "/").seen()).contains("alert \"Buy bread!\"");
  }

  @Test
  void aMissingPageThatSaysOkFails() {
    site.file("404.html", "");
    site.answering(
        "/no-such-page-" + site.artifact().sha256().substring(0, 8),
        request -> request.response().putHeader("content-type", "text/html").end("<p>Hi"));

    assertThat(onlyFailure("missing page answers 404", null).seen())
        .isEqualTo("status 200, text/html");
  }

  @Test
  void aFaviconThatIsNotThereFails() {
    GoodSite.PAGES
        .keySet()
        .forEach(path -> site.edit(path + "index.html", "/icon.svg", "/none.svg"));

    assertThat(onlyFailure("favicon loads", "/").seen()).contains("/none.svg has status 404");
  }

  @Test
  void aSiteWithAStrictPolicyIsCheckedAllTheSame() {
    site.header("content-security-policy", "default-src 'self'; frame-ancestors 'none'");

    assertThat(failed(check(new Watcher()))).isEmpty();
  }

  @Test
  void aPageThatOnlyAScriptLeadsToIsOpenedToo() {
    site.file("late/index.html", GoodSite.page("Late", "<h1>Late</h1>"));
    site.file(
        "late.js",
        "const a = document.createElement('a'); a.href = '/late/'; a.textContent = 'Late';"
            + "document.querySelector('nav').append(a);");
    site.edit("index.html", "</main>", "</main><script src='/late.js'></script>");

    assertThat(check(new Watcher()))
        .filteredOn(check -> check.name().equals("page loads"))
        .extracting(CheckResult::page)
        .contains("/late/");
  }

  private CheckResult onlyFailure(String name, @org.jspecify.annotations.Nullable String page) {
    List<CheckResult> failures = failed(check(new Watcher()));
    assertThat(failures)
        .as(failures.stream().map(Object::toString).collect(Collectors.joining("\n")))
        .hasSize(1);
    CheckResult failure = failures.getFirst();
    assertThat(failure.name()).isEqualTo(name);
    if (page != null) {
      assertThat(failure.page()).isEqualTo(page);
    }
    isComplete(failure);
    return failure;
  }

  private void isComplete(CheckResult failure) {
    assertThat(failure.expected()).isNotBlank();
    assertThat(deployment.resolve(String.valueOf(failure.screenshot()))).isRegularFile();
  }

  private static List<CheckResult> failed(List<CheckResult> checks) {
    return checks.stream().filter(check -> !check.passed()).toList();
  }

  private List<CheckResult> check(Watcher watcher) {
    return bench
        .verifier
        .endToEnd(
            site.target(deployment, SiteType.STATIC, site.artifact(), Optional.of(BRIEF)), watcher)
        .await()
        .atMost(Duration.ofSeconds(60));
  }

  private JsonNode json(String path) throws Exception {
    return new ObjectMapper().readTree(deployment.resolve(path).toFile());
  }
}

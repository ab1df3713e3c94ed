package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.CheckResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Checks that came with a site: what they may say, and what comes of them. */
class OwnCheckTest {
  private static final String MENU =
      """
      <h1>Menu</h1>
      <p><button type="button" aria-pressed="false">Vegan</button>
      <label>Search <input id="search"></label>
      <label>Sort <select><option>By name</option><option>By price</option></select></label></p>
      <ul><li>Lentil soup</li><li data-meat>Beef stew</li><li>Apple pie</li></ul>
      <p id="said" role="status"></p>
      <script>
      const said = document.getElementById('said');
      document.querySelector('button').addEventListener('click', event => {
        event.target.setAttribute('aria-pressed', 'true');
        document.querySelector('[data-meat]').hidden = true;
      });
      document.getElementById('search').addEventListener('keydown', event => {
        if (event.key === 'Enter') said.textContent = 'Looking for ' + event.target.value;
      });
      document.querySelector('select').addEventListener('change', event => {
        said.textContent = 'Sorted: ' + event.target.value;
      });
      </script>
      """;

  @RegisterExtension private static final Bench bench = new Bench();

  @TempDir private Path deployment;
  private TestSite site;

  @BeforeEach
  void aMenu() throws Exception {
    site = new TestSite(bench.vertx);
    site.file("site.css", GoodSite.CSS).file("icon.svg", GoodSite.ICON);
    site.file("404.html", GoodSite.page("Not found", "<h1>Not found</h1>"));
    site.file("index.html", GoodSite.page("Menu", MENU));
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  private void own(String name, String content) throws IOException {
    Path folder = Files.createDirectories(deployment.resolve("tests/checks"));
    Files.writeString(folder.resolve(name), content);
  }

  private static String steps(String... steps) {
    return "{\"$schema\": \"urn:tmux-builder:own-check:1\", \"name\": \"the menu works\","
        + " \"path\": \"/\", \"steps\": ["
        + String.join(", ", steps)
        + "]}";
  }

  private List<CheckResult> run() {
    return bench
        .verifier
        .endToEnd(site.target(deployment), new Watcher())
        .await()
        .atMost(Duration.ofSeconds(60))
        .stream()
        .filter(check -> check.name().equals("own check"))
        .toList();
  }

  @Test
  void whatAVisitorDoesIsDoneAndWhatTheyShouldSeeIsSeen() throws IOException {
    own(
        "menu.json",
        steps(
            "{\"do\": \"expect_text\", \"text\": \"Beef stew\"}",
            "{\"do\": \"expect_count\", \"target\": {\"text\": \"stew\"}, \"count\": 1}",
            "{\"do\": \"click\", \"target\": {\"role\": \"button\", \"name\": \"Vegan\"}}",
            "{\"do\": \"expect_no_text\", \"text\": \"Beef stew\"}",
            "{\"do\": \"fill\", \"target\": {\"label\": \"Search\"}, \"text\": \"pie\"}",
            "{\"do\": \"press\", \"key\": \"Enter\"}",
            "{\"do\": \"expect_text\", \"text\": \"Looking for pie\"}",
            "{\"do\": \"choose\", \"target\": {\"label\": \"Sort\"}, \"text\": \"By price\"}",
            "{\"do\": \"expect_text\", \"text\": \"Sorted: By price\"}",
            "{\"do\": \"open\", \"path\": \"/?again\"}",
            "{\"do\": \"expect_path\", \"path\": \"/?again\"}"));

    assertThat(run())
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.seen()).isEqualTo("checks/menu.json: 11 steps");
              assertThat(check.passed()).isTrue();
              assertThat(check.expected()).isEqualTo("the menu works");
            });
  }

  @Test
  void whatIsNotSeenFailsWithTheStepAndAPicture() throws IOException {
    own("a.json", steps("{\"do\": \"expect_text\", \"text\": \"Fish\"}"));

    assertThat(run())
        .singleElement()
        .satisfies(
            check -> {
              assertThat(check.passed()).isFalse();
              assertThat(check.seen()).contains("checks/a.json: steps[0]: \"Fish\" was not shown");
              assertThat(check.screenshot()).isNotNull();
            });
  }

  @Test
  void aFileThatIsNotAsTheSchemaSaysIsSaidAndNotRun() throws IOException {
    own("1.json", "{");
    own("2.json", steps("{\"do\": \"run\", \"script\": \"alert(1)\"}"));
    own("3.json", steps("{\"do\": \"open\", \"path\": \"//elsewhere.example/\"}"));
    own("4.json", steps("{\"do\": \"press\", \"key\": \"Enter\"}"));
    own("5.js", "throw new Error('never run')");
    own("6.json", steps("{\"do\": \"expect_text\", \"text\": \"x\", \"colour\": \"red\"}"));

    List<CheckResult> checks = run();

    assertThat(checks).hasSize(6).noneMatch(CheckResult::passed);
    assertThat(checks.get(0).seen()).startsWith("checks/1.json is no JSON");
    assertThat(checks.get(1).seen()).contains("steps[0].do must be open, click");
    assertThat(checks.get(2).seen()).contains("steps[0].path must be a path of this site");
    assertThat(checks.get(3).seen()).contains("steps must expect something");
    assertThat(checks.get(4).seen()).contains("is no plain file whose name ends in .json");
    assertThat(checks.get(5).seen()).contains("steps[0] has [colour]");
    assertThat(site.requests()).noneMatch(request -> request.contains("elsewhere"));
  }

  @Test
  void aLinkIsNotFollowed(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("x.json"), "top secret words");
    Files.createDirectories(deployment.resolve("tests/checks"));
    Files.createSymbolicLink(deployment.resolve("tests/checks/x.json"), secret);

    assertThat(run())
        .singleElement()
        .satisfies(
            check -> assertThat(check.seen()).contains("no plain file").doesNotContain("top"));
  }

  @Test
  void aSiteWithoutChecksOfItsOwnHasNone() {
    assertThat(run()).isEmpty();
  }
}

package dev.tmuxbuilder.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tmuxbuilder.web.Visit.headed;
import static dev.tmuxbuilder.web.Visit.patiently;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.WaitUntilState;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.FakeMessages;
import dev.tmuxbuilder.service.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages without a mouse: nothing is clicked, filled in or changed but by keys. */
class KeyboardTest {
  private static final String SCRIPTS = "**/assets/*.js";

  @TempDir static Path folder;
  private static final FakeMessages MODEL = new FakeMessages();
  private static ServerProcess server;
  private static Chrome chrome;
  private static Client.Created known;

  private Visit visit;
  private Page page;

  @BeforeAll
  static void start() throws Exception {
    server = ScriptedAgent.service(folder.resolve("data"), MODEL).start();
    chrome = new Chrome();
    known = server.client().create("# Tea house\n\nTea.");
    known.completed();
  }

  @AfterAll
  static void stop() {
    chrome.close();
    server.close();
    MODEL.close();
  }

  @BeforeEach
  void open() {
    visit = new Visit(chrome, server.client().base(), new Browser.NewContextOptions());
    page = visit.page;
  }

  @AfterEach
  void close() {
    visit.close();
  }

  private void signIn(String token) {
    page.navigate("/sign-in");
    assertThat(page.getByLabel("Access token")).isFocused();
    page.keyboard().type(token);
    page.keyboard().press("Enter");
    assertThat(page.getByRole(AriaRole.HEADING, headed("Sites"))).isVisible();
    page.waitForLoadState();
  }

  private static void seen(Locator late) {
    assertThat(late).isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(Visit.PATIENCE));
  }

  private void press(Locator button) {
    visit.tabTo(button);
    page.keyboard().press("Enter");
  }

  @Test
  void shortcutsLeadThroughThePages() {
    signIn(server.operator().token().orElseThrow());
    page.keyboard().press("?");
    assertThat(page.locator("#help")).isVisible();
    page.keyboard().press("Escape");
    page.keyboard().press("/");
    page.keyboard().type("no such site");
    assertThat(page.locator("#no-match")).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.locator(".site:visible").first()).isVisible();
    press(page.locator(".site:visible .cover").first());
    page.waitForURL("**/sites/*");
    assertThat(page.locator("#head #state")).isVisible();
    press(page.locator("#destroy-open"));
    assertThat(page.locator("#destroy-dialog")).isVisible();
    page.keyboard().press("Escape");
    assertThat(page.locator("#destroy-open")).isFocused();
    page.keyboard().press("g");
    page.keyboard().press("s");
    assertThat(page.getByRole(AriaRole.HEADING, headed("Sites"))).isVisible();
  }

  @Test
  void whatIsWrittenBeforeTheScriptIsThereWaitsForIt() {
    List<Route> held = holdScripts();
    page.navigate("/new", early());
    page.locator("#requirements").focus();
    page.keyboard().type("# Early bird");
    visit.tabTo(page.locator("#email"));
    page.keyboard().type("early-bird@example.org");
    page.keyboard().press("Enter");
    visit.tabTo(page.locator("#phone"));
    page.keyboard().type("+12025550123");
    page.keyboard().press("Enter");
    formsSendNothing("/new");
    assertThat(page.locator("#build")).isDisabled();

    page.unroute(SCRIPTS);
    held.forEach(Route::resume);
    assertThat(page.locator("#preview")).containsText("Early bird");
    assertThat(page.locator("#requirements")).hasValue("# Early bird");
    press(page.locator("#build"));
    assertThat(page.locator("#welcome")).isVisible();
  }

  @Test
  void noFormSendsWhatItHoldsByItself() {
    String tenant = known.answer().get("user_id").asText();
    signIn(server.operator().token().orElseThrow());
    for (String path : List.of("/operator", "/team?tenant=" + tenant, "/sites/" + known.id())) {
      List<Route> held = holdScripts();
      page.navigate(path, early());
      formsSendNothing(path);
      assertThat(page.locator("form:not([action], [role=search], dialog form) button:enabled"))
          .hasCount(0);
      page.unroute(SCRIPTS);
      held.forEach(Route::resume);
      assertThat(page.locator("form:not([action], [role=search], dialog form) button:disabled"))
          .hasCount(0);
    }
  }

  @Test
  void whoSearchesBeforeTheScriptIsThereFinds() {
    signIn(known.client().token().orElseThrow());
    List<Route> held = holdScripts();
    page.navigate("/?q=something&order=name", early());
    page.locator("#q").fill("nothing of that name");

    page.unroute(SCRIPTS);
    held.forEach(Route::resume);
    assertThat(page.locator("#no-match")).isVisible();
    assertThat(page.locator("#cards .card:visible")).hasCount(0);
    assertThat(page).hasURL(Pattern.compile(".*\\?q=nothing.*"));
  }

  private List<Route> holdScripts() {
    List<Route> held = new ArrayList<>();
    page.route(SCRIPTS, held::add);
    return held;
  }

  private static Page.NavigateOptions early() {
    return new Page.NavigateOptions().setWaitUntil(WaitUntilState.COMMIT);
  }

  /** Not even where a browser, or somebody's extension, sends them past their buttons. */
  private void formsSendNothing(String path) {
    assertThat(page.locator("#help")).isAttached();
    page.locator("form:not([action], [role=search])")
        .evaluateAll(
            """
            all => all.forEach(one => {
              one.noValidate = true;
              one.requestSubmit();
            })\
            """);
    page.evaluate("() => new Promise(done => setTimeout(done, 0))");
    assertThat(page).hasURL(server.client().base() + path);
  }

  @Test
  void theWholeJourneyByKeyboardAlone() {
    signIn(known.client().token().orElseThrow());
    press(page.locator("main a[href='/new']").first());
    asksForASite();
    assertThat(page.getByRole(AriaRole.HEADING, headed("Harbour Café"))).isVisible();
    agentWrites("Coffee.", "It is made.");
    assertThat(page.locator("#head")).containsText("Live", patiently());
    assertThat(page.locator("#tests")).containsText("passed", patiently());
    readsTheLog();

    press(page.locator("#redeploy"));
    assertThat(page.locator("#head")).containsText("Building");
    assertThat(page.locator("#redeploy")).hasCount(0);
    assertThat(page.locator("#head:focus-within")).isVisible();
    assertThat(page.locator("#releases")).containsText("Release 2", patiently());
    assertThat(page.locator("#head")).containsText("Live", patiently());
    seen(page.locator("#roll-1"));

    saysAWord();
    comparesPictures();
    press(page.locator("#roll-1"));
    assertThat(
            page.locator("#releases li", new Page.LocatorOptions().setHasText("Live now")).first())
        .containsText("Release 1", patiently());
    assertThat(page.locator("#evidence:focus-within")).isVisible();
    seen(page.locator("#roll-2"));

    press(page.locator("#destroy-open"));
    assertThat(page.locator("#destroy-name")).isFocused();
    assertThat(page.locator("#destroy-now")).isDisabled();
    page.keyboard().type(page.locator("#site").getAttribute("data-name"));
    press(page.locator("#destroy-now"));
    assertThat(page.locator("#head")).containsText("Destroyed", patiently());
  }

  /** A brief, the host and the type, and back and forth between what is to choose. */
  private void asksForASite() {
    visit.tabTo(page.locator("#file"));
    assertThat(page.locator("label[for=file]")).hasCSS("outline-style", "solid");
    visit.tabTo(page.locator("#requirements"));
    page.keyboard().type("# Harbour Café\n\nCoffee.\n\n## Menu\n\nTea.\n\n## Hours\n\nDaily.");
    assertThat(page.locator("#preview")).containsText("3 pages");
    visit.tabTo(page.locator("[name=host_provider]:checked"));
    assertThat(page.locator("[name=host_provider]:focus")).hasValue("local");
    Locator type = page.locator("[name=site_type]:checked");
    visit.tabTo(type);
    page.keyboard().press("ArrowDown");
    assertThat(type).hasValue("dynamic");
    page.keyboard().press("ArrowUp");
    assertThat(type).hasValue("static");
    visit.tabTo(page.locator("#agent"));
    page.keyboard().type("claude");
    assertThat(page.locator("#agent")).hasValue("claude");
    press(page.locator("#build"));
  }

  private void agentWrites(String text, String word) {
    new ScriptedAgent(server, MODEL)
        .writes(
            page.locator("#site").getAttribute("data-id"),
            "Harbour Café",
            "<p>" + text + "</p><h2>Menu</h2><p>Tea.</p><h2>Hours</h2><p>Daily.</p>",
            word);
  }

  private void saysAWord() {
    agentWrites("Black coffee.", "Black it is.");
    visit.tabTo(page.locator("#say-words"));
    page.keyboard().type("Black coffee, please.");
    page.keyboard().press("Control+Enter");
    assertThat(page.locator("#said .theirs")).containsText("Black it is.", patiently());
    assertThat(page.locator("#releases")).containsText("Release 3", patiently());
    assertThat(page.locator("#head")).containsText("Live", patiently());
  }

  private void readsTheLog() {
    visit.tabTo(page.locator("#log-view"));
    page.keyboard().press("Home");
    page.waitForFunction("() => document.getElementById('log-view').scrollTop === 0");
    page.keyboard().press("ArrowDown");
    Locator marked = page.locator("#log-lines .marked");
    assertThat(marked).hasCount(1);
    String first = marked.getAttribute("data-seq");
    page.keyboard().press("ArrowDown");
    assertThat(marked).not().hasAttribute("data-seq", first);
    page.keyboard().press("ArrowUp");
    assertThat(marked).hasAttribute("data-seq", first);
    page.keyboard().press("Enter");
    assertThat(page.locator("#log-detail")).containsText(marked.locator(".m").innerText());
  }

  private void comparesPictures() {
    Locator stage = page.locator(".stage");
    visit.tabTo(page.locator("#cmp"));
    page.keyboard().press("ArrowLeft");
    page.keyboard().press("ArrowLeft");
    assertThat(stage).hasCSS("--cut", "48%");
    page.keyboard().press("Home");
    assertThat(stage).hasCSS("--cut", "0%");
    page.keyboard().press("ArrowRight");
    assertThat(stage).hasCSS("--cut", "1%");
  }
}

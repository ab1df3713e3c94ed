package dev.tmuxbuilder.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tmuxbuilder.web.Visit.headed;
import static dev.tmuxbuilder.web.Visit.named;
import static dev.tmuxbuilder.web.Visit.patiently;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PageAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.LoadState;
import dev.tmuxbuilder.platform.ProcessSpace;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.FakeMessages;
import dev.tmuxbuilder.service.ServerProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The pages as a person uses them, in a real browser. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DashboardTest {
  private static final int FIRST_LOAD = 150_000;
  private static final String HOSTILE =
      "<img src=x onerror=window.broken=1> \"'{{7*7}} </script><script>window.broken=1</script>";

  @TempDir static Path folder;
  private static final FakeMessages MODEL = new FakeMessages();
  private static ServerProcess server;
  private static ScriptedAgent agent;
  private static Chrome chrome;
  private static Client.Created hostile;

  private Visit visit;
  private BrowserContext context;
  private Page page;

  @BeforeAll
  static void start() throws Exception {
    server =
        ScriptedAgent.service(folder.resolve("data"), MODEL)
            .with("TMUXBUILDER_API_RECHECK", "1s") // nobody waits for it
            .start();
    agent = new ScriptedAgent(server, MODEL);
    chrome = new Chrome();
    hostile = server.client().create("# " + HOSTILE + "\n\n" + HOSTILE + "\n\n## Second\n\nText.");
  }

  @AfterAll
  static void stop() {
    chrome.close();
    server.close();
    MODEL.close();
  }

  @BeforeEach
  void open() {
    open(new Browser.NewContextOptions());
  }

  private void open(Browser.NewContextOptions options) {
    visit = new Visit(chrome, base(), options);
    context = visit.context;
    page = visit.page;
  }

  private void again(Browser.NewContextOptions options) {
    visit.close();
    open(options);
  }

  @AfterEach
  void close() {
    visit.close();
  }

  private static String base() {
    return server.client().base();
  }

  private void signIn(String token) {
    visit.signIn(token);
  }

  /**
   * Signs up, builds, opens the site, lives through a cut and a restart, has the agent change it,
   * compares, rolls back, destroys.
   */
  @Test
  @Order(1)
  void theWholeJourneyByClicking() throws Exception {
    page.navigate("/sign-in");
    page.getByRole(AriaRole.LINK, named("Make a site")).click();
    page.locator("#requirements")
        .fill("# Lighthouse Café\n\nCoffee by the sea.\n\n## Menu\n\nTea.\n\n## Hours\n\nDaily.");
    assertThat(page.locator("#preview")).containsText("3 pages");
    page.getByLabel("Email").fill("not an address");
    page.getByRole(AriaRole.BUTTON, named("Build it")).click();
    assertThat(page.locator("#email-error")).containsText("email address");
    assertThat(page.locator("#phone-error")).containsText("E.164");
    assertThat(page.getByLabel("Email")).isFocused();
    page.getByLabel("Email").fill(Client.email());
    page.getByLabel("Phone").fill("+12025550123");
    page.getByLabel("Agent").selectOption("claude");
    page.getByRole(AriaRole.BUTTON, named("Build it")).click();
    assertThat(page.locator("#welcome")).isVisible();
    cafe("Coffee.", "It is made.");
    String token = page.getByLabel("Access token").inputValue();
    page.getByRole(AriaRole.BUTTON, named("Watch it being built")).click();

    assertThat(page.getByRole(AriaRole.HEADING, headed("Lighthouse Café"))).isVisible();
    assertThat(page.locator("#head")).containsText("Live", patiently());
    assertThat(page.locator("#progress")).containsText("7 of 7 steps");
    assertThat(page).hasTitle("Live · Lighthouse Café");
    assertThat(page.locator("#tests")).containsText("passed", patiently());
    assertThat(page.locator("#open-site"))
        .hasAttribute("href", Pattern.compile("^http://lighthouse-caf.*"));
    Page opened = page.waitForPopup(() -> page.locator("#open-site").click());
    assertThat(opened.getByRole(AriaRole.HEADING, headed("Lighthouse Café"))).isVisible();
    opened.close();
    String id = page.locator("#site").getAttribute("data-id");
    everyEventOnce(id, token);

    server.stop();
    assertThat(page.locator("#link-state")).hasAttribute("data-state", "lost");
    server.start();
    assertThat(page.locator("#link-state"))
        .hasAttribute(
            "data-state",
            "live",
            new LocatorAssertions.HasAttributeOptions().setTimeout(Visit.PATIENCE));

    page.locator("#redeploy").click();
    assertThat(page.locator("#head")).containsText("Building");
    whileTheLineIsCut(id, token);
    assertThat(page.locator("#releases")).containsText("Release 2", patiently());
    assertThat(page.locator("#head")).containsText("Live");
    everyEventOnce(id, token);

    cafe("Black coffee.", "Black it is.");
    page.getByLabel("Message to the agent").fill("Black coffee, please.");
    page.getByRole(AriaRole.BUTTON, named("Send")).click();
    assertThat(page.locator("#said .theirs")).containsText("Black it is.", patiently());
    assertThat(page.locator("#releases")).containsText("Release 3", patiently());
    assertThat(page.locator("#head")).containsText("Live", patiently());
    everyEventOnce(id, token);

    page.locator("#cmp").fill("20");
    assertThat(page.locator(".stage")).hasCSS("--cut", "20%");
    for (String shown : List.of("#cmp-before", "#cmp-after")) {
      page.locator(shown).scrollIntoViewIfNeeded();
      page.waitForCondition(
          () ->
              (boolean)
                  page.locator(shown).evaluate("one => one.complete && one.naturalWidth > 0"));
    }
    page.locator("#verify-1").click();
    assertThat(page.locator("#proof-1 li")).hasCount(5);
    assertThat(page.locator("#proof-1 li[data-result=good]")).hasCount(5);
    page.getByRole(AriaRole.BUTTON, named("Look now")).click();
    assertThat(page.locator("#held")).containsText("as it was made");

    page.locator("#roll-1").click();
    assertThat(
            page.locator("#releases li", new Page.LocatorOptions().setHasText("Live now")).first())
        .containsText("Release 1", patiently());
    assertThat(page.locator("#pictures .browser")).containsText("Release 1");

    page.locator("#destroy-open").click();
    assertThat(page.locator("#destroy-now")).isDisabled();
    page.locator("#destroy-name").fill(page.locator("#site").getAttribute("data-name"));
    page.locator("#destroy-now").click();
    assertThat(page.locator("#head")).containsText("Destroyed", patiently());
    assertThat(page.locator("#destroy")).isHidden();
    page.reload();
    assertThat(page.locator("#said .beforeafter")).hasCount(0);
    assertThat(page.locator("#destroy")).isHidden();

    page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
    assertThat(page.getByLabel("Access token")).isVisible();
    page.navigate("/sites/" + id);
    assertThat(page).hasURL(Pattern.compile(".*/sign-in.*"));
  }

  /** What the agent makes of the brief, with something of its own. */
  private void cafe(String text, String word) {
    String site =
        page.locator("#site").count() > 0
            ? page.locator("#site").getAttribute("data-id")
            : page.locator("#welcome-next").inputValue().substring("/sites/".length());
    agent.writes(
        site,
        "Lighthouse Café",
        "<p>Coffee by the sea. " + text + "</p><h2>Menu</h2><p>Tea.</p><h2>Hours</h2><p>Daily.</p>",
        word);
  }

  /** The run ends meanwhile, and the cut lasts twenty seconds at least. */
  private void whileTheLineIsCut(String id, String token) {
    long start = System.nanoTime();
    context.setOffline(true);
    Client owner = server.client().as(token);
    Awaitility.await("the run ends, and then some")
        .atMost(Duration.ofSeconds(90))
        .until(
            () ->
                owner
                        .json(owner.get("/api/status/" + id), 200)
                        .get("status")
                        .asText()
                        .equals("completed")
                    && System.nanoTime() - start > Duration.ofSeconds(20).toNanos());
    context.setOffline(false);
  }

  /** The log in the page holds every event of the journal, each once and in order. */
  private void everyEventOnce(String id, String token) {
    JsonNode status =
        server
            .client()
            .as(token)
            .json(server.client().as(token).get("/api/status/" + id + "?limit=1000"), 200);
    int last = status.get("logs").size();
    page.locator("#log-follow").evaluate("one => one.setAttribute('aria-pressed', 'false')");
    assertThat(page.locator("#log-count")).hasText(last + " lines");
    page.locator("#log-view")
        .evaluate(
            "one => { one.style.height = '400000px'; one.dispatchEvent(new Event('scroll')) }");
    page.waitForFunction("n => document.querySelectorAll('#log-lines li').length === n", last);
    Object seqs =
        page.locator("#log-lines")
            .evaluate("list => [...list.children].map(row => Number(row.dataset.seq))");
    List<Integer> wanted = new ArrayList<>();
    status.get("logs").forEach(line -> wanted.add(line.get("seq").asInt()));
    assertThat(seqs).isEqualTo(wanted);
    page.locator("#log-view").evaluate("one => { one.style.height = '' }");
    page.locator("#log-follow").evaluate("one => one.setAttribute('aria-pressed', 'true')");
  }

  /** A brief and a message to the agent, whose model follows a script. */
  @Test
  @Order(3)
  void aWordToTheAgentChangesTheSite() {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish("# Tea house\n\nTea."));
    wish.put("agent", "claude");
    Client.Created site = server.client().create(wish);
    agentWrites(site, "Green tea.", "<b>It is</b> a page.");
    signIn(site.answer().get("access_token").asText());
    page.navigate("/sites/" + site.id());
    assertThat(page.locator("#doing-lines")).containsText("index.html", patiently());
    assertThat(page.locator("#head")).containsText("Live", patiently());

    agentWrites(site, "Black tea.", "Now it is black.");
    page.getByLabel("Message to the agent")
        .fill("Black tea, please <script>window.broken=1</script>");
    pastePicture(page.locator("#say-words"));
    assertThat(page.locator("#say .sent img")).isVisible();
    page.locator("#say .files input").setInputFiles(menu());
    assertThat(page.locator("#say .sent li")).hasCount(2);
    page.getByRole(AriaRole.BUTTON, named("Remove: menu.exe")).click();
    assertThat(page.locator("#say .sent li")).hasCount(1);
    page.locator("#say-words").press("Control+Enter");
    assertThat(page.locator("#said .mine")).hasCount(1);
    assertThat(page.locator("#said .mine .sent")).containsText("image.png");
    page.waitForCondition(
        () ->
            (boolean)
                page.locator("#said .mine .sent img").evaluate("one => one.naturalWidth === 1"));
    assertThat(page.locator("#say .sent li")).hasCount(0);
    assertThat(page.locator("#said .mine")).containsText("Black tea, please <script>");
    assertThat(page.locator("#say-words")).hasValue("");
    assertThat(page.locator("#said .theirs")).containsText("Now it is black.", patiently());
    assertThat(page.locator("#said .theirs")).containsText("Release 2 went live");
    assertThat(page.locator("#said ul.changed")).containsText("index.html");
    page.locator("#said .what-changed > summary").click();
    page.locator("#said .diffs summary").first().click();
    assertThat(page.locator("#said .diff del")).containsText("-</head><body><main><h1>Tea house");
    assertThat(page.locator("#said .diff ins")).containsText("<p>Black tea.</p>");
    assertThat(page.locator("#said .beforeafter img")).hasCount(2);
    assertThat(page.locator("#releases")).containsText("Release 2", patiently());
    org.assertj.core.api.Assertions.assertThat(page.evaluate("window.broken")).isNull();
  }

  @Test
  @Order(5)
  void variablesAreSetByKeyboardAndNeverShown() {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish("# Shop\n\nTea."));
    wish.put("site_type", "dynamic");
    Client.Created site = server.client().create(wish);
    Client owner = site.client();
    String value = "v" + UUID.randomUUID();
    signIn(owner.token().orElseThrow());
    page.navigate("/sites/" + site.id());
    page.locator("#env-name").focus();
    page.keyboard().type("1BAD");
    page.keyboard().press("Tab");
    page.keyboard().type(value);
    page.keyboard().press("Enter");
    assertThat(page.locator("#env-error")).containsText("does not begin with a digit");
    page.locator("#env-name").fill("API_KEY");
    page.keyboard().press("Enter");
    assertThat(page.locator("#env-now code").first()).hasText("API_KEY");
    assertThat(page.locator("#env-value")).hasValue("");
    assertThat(page.locator("#env-value")).hasAttribute("type", "password");
    page.reload();
    assertThat(page.locator("#env-now")).containsText("API_KEY");
    assertThat(page.content()).doesNotContain(value);

    String viewing =
        owner
            .json(
                owner.post(
                    "/api/tenants/" + tenant(site) + "/tokens",
                    Client.text(Map.of("name", "looks", "scope", "viewer", "days", 1))),
                201)
            .get("token")
            .asText();
    String path = "/sites/" + site.id();
    String seen = owner.as(viewing).get(path).body();
    assertThat(seen).contains("API_KEY").doesNotContain("env-set", "data-variable", value);
    assertThat(hostile.client().get("/sites/" + hostile.id()).body())
        .contains("A static site has no program")
        .doesNotContain("env-set");

    page.getByLabel("Remove: API_KEY").focus();
    page.keyboard().press("Enter");
    assertThat(page.locator("#env-now")).not().containsText("API_KEY");
    assertThat(page.locator("#env-name")).isFocused();
  }

  /** As the clipboard has it: a picture of one dot. */
  private static void pastePicture(Locator field) {
    field.evaluate(
        """
        async field => {
          const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";
          const clipboardData = new DataTransfer();
          const bytes = Uint8Array.from(atob(dot), one => one.charCodeAt(0));
          clipboardData.items.add(new File([bytes], "image.png", { type: "image/png" }));
          field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true, bubbles: true }));
        }
        """);
  }

  private static FilePayload menu() {
    return new FilePayload("menu.exe", "text/plain", "Tea".getBytes(StandardCharsets.UTF_8));
  }

  private static void agentWrites(Client.Created site, String text, String word) {
    agent.writes(site.id(), "Tea house", "<p>Tea.</p><p>" + text + "</p>", word);
  }

  @Test
  @Order(3)
  void everybodyCanUseEveryPageInLightAndDark() throws Exception {
    hostile.completed();
    String axe = Chrome.axe();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      again(new Browser.NewContextOptions().setColorScheme(scheme));
      page.navigate("/sign-in");
      withoutBarriers(axe, scheme + " sign-in");
      signIn(server.operator().token().orElseThrow());
      for (String path :
          List.of(
              "/",
              "/new",
              "/operator",
              "/team?tenant=" + tenant(hostile),
              "/sites/" + hostile.id(),
              "/sites/" + hostile.id() + "/runs/1/changes?path=index.html",
              "/sites/none")) {
        page.navigate(path);
        withoutBarriers(axe, scheme + " " + path);
        nothingSticksOutOfAPhone(path);
      }
    }
  }

  private static String tenant(Client.Created site) {
    return site.client()
        .json(site.client().get("/api/session"), 200)
        .at("/tenants/0/tenant_id")
        .asText();
  }

  @Test
  @Order(5)
  void aTeamIsLookedAfter() {
    signIn(hostile.answer().get("access_token").asText());
    page.getByRole(AriaRole.LINK, named("Team")).click();
    page.locator("#token-name").fill("<b>Deploys</b>");
    page.getByRole(AriaRole.BUTTON, named("Make a token")).click();
    assertThat(page.locator("#token-made")).isVisible();
    String token = page.locator("#token-made code").textContent();
    String status = "/api/status/" + hostile.id();
    assertThat(server.client().as(token).get(status).statusCode()).isEqualTo(200);

    page.locator("#invite-email").fill("guest@example.com");
    page.locator("#invite").getByRole(AriaRole.BUTTON).click();
    assertThat(page.locator("#invited code")).not().isEmpty();

    page.reload();
    assertThat(page.locator("#team")).containsText("guest@example.com");
    page.getByLabel("Remove: guest@example.com").click();
    assertThat(page.locator("#team")).not().containsText("guest@example.com");
    page.getByLabel("Remove: <b>Deploys</b>").click();
    assertThat(page.getByLabel("Remove: <b>Deploys</b>")).hasCount(0);
    page.locator("select[data-role-of]").selectOption("viewer");
    assertThat(page.locator("#toasts")).containsText("last admin");
    assertThat(page.locator("select[data-role-of]")).hasValue("admin");
    assertThat(page.locator("#costs")).containsText("Estimated");
    assertThat(page.locator("#audit")).containsText("token");
  }

  private void nothingSticksOutOfAPhone(String path) {
    page.setViewportSize(390, 844);
    assertThat(page.evaluate("() => document.documentElement.scrollWidth - innerWidth"))
        .as("pixels of %s beside a phone", path)
        .isEqualTo(0);
    page.setViewportSize(1280, 720);
  }

  private void withoutBarriers(String axe, String where) {
    page.waitForLoadState();
    page.evaluate(axe);
    Object found =
        page.evaluate(
            "async () => (await axe.run()).violations.map(v => v.id + ': '"
                + " + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))");
    assertThat((List<?>) found).as(where).isEmpty();
  }

  @Test
  @Order(4)
  void whatPeopleWriteIsText() {
    hostile.completed();
    signIn(hostile.client().token().orElseThrow());
    page.navigate("/sites/" + hostile.id());
    assertThat(page.locator("#log-count")).containsText("lines");
    assertThat(page.locator("#tests")).containsText("passed");
    page.locator("#releases .what-changed > summary").click();
    page.locator("#releases .diffs summary", new Page.LocatorOptions().setHasText("index.html"))
        .first()
        .click();
    assertThat(page.locator("#releases .diff ins").first()).containsText("+<!doctype html>");
    page.navigate("/new");
    page.locator("#requirements")
        .fill("# " + HOSTILE + "\n\n" + HOSTILE + "\n\n[x](javascript:alert(1))");
    assertThat(page.locator("#preview")).containsText("1 pages");
    assertThat(page.locator("#preview img, #preview script, #preview [href^=javascript]"))
        .hasCount(0);
    assertThat(page.evaluate("window.broken")).isNull();
  }

  @Test
  @Order(5)
  void anotherSitesPageCanChangeNothing() {
    signIn(hostile.client().token().orElseThrow());
    String cookie = sessionCookie();
    Client stranger = server.client();
    assertThat(opens(cookie)).isEqualTo(200);
    for (Map.Entry<String, String> from :
        Map.of("Sec-Fetch-Site", "same-site", "Origin", "http://evil.localhost:8081").entrySet()) {
      assertThat(
              stranger
                  .post(
                      "/api/redeploy/" + hostile.id(),
                      "",
                      "Cookie",
                      cookie,
                      from.getKey(),
                      from.getValue())
                  .statusCode())
          .isEqualTo(403);
    }

    page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
    assertThat(page.getByLabel("Access token")).isVisible();
    assertThat(opens(cookie)).as("a cookie that was copied before").isEqualTo(401);
  }

  @Test
  @Order(5)
  void aPageWhoseSessionEndsElsewhereLeadsToSignInAndBack() {
    String token = hostile.client().token().orElseThrow();
    signIn(token);
    String site = "/sites/" + hostile.id();
    page.navigate(site);
    assertThat(page.locator("#link-state")).hasAttribute("data-state", "live");
    Page other = context.newPage();
    other.navigate("/");
    other.getByRole(AriaRole.BUTTON, named("Sign out")).click();
    assertThat(other.getByLabel("Access token")).isVisible();

    page.evaluate("() => document.body.dispatchEvent(new Event('tb:progress'))");
    assertThat(page)
        .hasURL(
            base() + "/sign-in?next=" + site.replace("/", "%2F"),
            new PageAssertions.HasURLOptions().setTimeout(Visit.PATIENCE));
    page.getByLabel("Access token").fill(token);
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    assertThat(page).hasURL(base() + site);
  }

  @Test
  @Order(5)
  void aPageWhoseTokenIsTakenBackLeadsToSignIn() {
    Client owner = hostile.client();
    String tokens = "/api/tenants/" + hostile.answer().get("user_id").asText() + "/tokens";
    JsonNode made =
        owner.json(
            owner.post(tokens, Client.text(Map.of("name", "tablet", "scope", "viewer", "days", 1))),
            201);
    signIn(made.get("token").asText());
    page.navigate("/sites/" + hostile.id());
    assertThat(page.locator("#link-state")).hasAttribute("data-state", "live");

    owner.delete(tokens + "/" + made.get("token_id").asText());
    assertThat(page)
        .hasURL(
            Pattern.compile(".*/sign-in\\?next=.*"),
            new PageAssertions.HasURLOptions().setTimeout(Visit.PATIENCE));
  }

  @Test
  @Order(5)
  void anAdminApprovesWhatWaits() {
    Client.Created site = server.client().create("# Gate\n\nWords.");
    site.completed();
    Client admin = site.client();
    String tenant = site.answer().get("user_id").asText();
    signIn(admin.token().orElseThrow());
    page.navigate("/team");
    page.getByLabel("local").check();
    assertThat(page.locator("#toasts")).containsText("Done");
    String token =
        admin
            .json(
                admin.post(
                    "/api/tenants/" + tenant + "/tokens",
                    Client.text(Map.of("name", "editor", "scope", "editor", "days", 1))),
                201)
            .get("token")
            .asText();
    Client editor = server.client().as(token);
    page.navigate("/sites/" + site.id());
    editor.json(editor.post("/api/redeploy/" + site.id(), ""), 202);
    assertThat(page.locator("#head")).containsText("Waits for approval", patiently());
    operatorSees(site, "an approval");
    page.getByRole(AriaRole.BUTTON, named("Approve")).click();
    assertThat(page.locator("#releases")).containsText("Release 2", patiently());
    assertThat(page.locator("#head")).containsText("Live");
  }

  private static void operatorSees(Client.Created site, String waitsFor) {
    try (Visit operator = new Visit(chrome, base(), new Browser.NewContextOptions())) {
      operator.signIn(server.operator().token().orElseThrow());
      operator.page.navigate("/operator");
      Locator line =
          operator.page.locator(
              "#line tr",
              new Page.LocatorOptions().setHasText(site.answer().get("session_id").asText()));
      assertThat(line).containsText(waitsFor);
      String tenant = site.answer().get("user_id").asText();
      assertThat(operator.page.locator("#tenants a[href='/team?tenant=" + tenant + "']"))
          .isVisible();
    }
  }

  @Test
  @Order(5)
  void aGuestFindsTheSitesOfEachTeamWithWhatTheyCost() {
    Client.Created site = server.client().create("# Shared shelf\n\nBooks.");
    site.completed();
    String tenant = site.answer().get("user_id").asText();
    Map<String, Object> wish = Client.wish("# Guest");
    Client.Created guest = server.client().create(wish);
    Client admin = site.client();
    String invitation =
        admin
            .json(
                admin.post(
                    "/api/tenants/" + tenant + "/invitations",
                    Client.text(Map.of("email", wish.get("email"), "role", "viewer"))),
                201)
            .get("token")
            .asText();
    guest.client().post("/api/invitations/accept", Client.text(Map.of("token", invitation)));
    signIn(guest.answer().get("access_token").asText());
    assertThat(page.locator("#cards")).not().containsText("Shared shelf");
    page.getByRole(AriaRole.LINK, named(tenant.substring(0, 8))).click();
    assertThat(page.locator("#cards")).containsText("Shared shelf");
    assertThat(page.locator("#cards")).containsText("0 USD a month");
    page.locator("#q").fill("shelf");
    assertThat(page.locator("#count")).hasText("1 site");
    assertThat(page).hasURL(Pattern.compile(".*q=shelf.*"));
    page.reload();
    assertThat(page.locator("#cards")).containsText("Shared shelf");
    assertThat(page.locator("#q")).hasValue("shelf");
    assertThat(page.navigate("/?tenant=" + UUID.randomUUID()).status()).isEqualTo(404);
  }

  @Test
  @Order(6)
  void aPartThatIsAsItWasIsLeftInItsPlace() {
    hostile.completed();
    signIn(hostile.client().token().orElseThrow());
    page.navigate("/sites/" + hostile.id());
    Locator mark = page.locator("#evidence > p.mark-of-the-test");
    evidenceComesAgain();
    page.evaluate(
        """
        () => {
          const mark = document.createElement("p");
          mark.className = "mark-of-the-test";
          mark.textContent = "Here";
          document.getElementById("evidence").append(mark);
        }\
        """);
    evidenceComesAgain();
    assertThat(mark).hasCount(1);
  }

  /** And is settled, where it takes the place of what was there. */
  private void evidenceComesAgain() {
    page.waitForResponse(
        response -> response.url().endsWith("/part/evidence"),
        () -> page.evaluate("document.body.dispatchEvent(new Event('tb:done'))"));
    page.waitForLoadState(LoadState.NETWORKIDLE);
    page.evaluate(
        "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  private String sessionCookie() {
    return context.cookies().stream()
        .filter(one -> one.name.equals("tmuxbuilder_session"))
        .peek(one -> assertThat(one.value).as("not the token").doesNotStartWith("tb_"))
        .map(one -> one.name + "=" + one.value)
        .findFirst()
        .orElseThrow();
  }

  private static int opens(String cookie) {
    Client stranger = server.client();
    return stranger
        .send(stranger.request("/api/status/" + hostile.id()).header("Cookie", cookie))
        .statusCode();
  }

  @Test
  @Order(6)
  void aStrangerSeesNothingOfASite() {
    Client.Created other = server.client().create("# Other");
    signIn(other.client().token().orElseThrow());
    assertThat(page.navigate("/sites/" + hostile.id()).status()).isEqualTo(404);
    assertThat(page.navigate("/operator").status()).isEqualTo(403);
  }

  @Test
  @Order(6)
  void aLinkShowsWhatItsOwnerSharesUntilItIsTakenBack() {
    hostile.completed();
    signIn(hostile.client().token().orElseThrow());
    page.navigate("/sites/" + hostile.id());
    page.locator("#share-make").click();
    assertThat(page.locator("#share-made")).isVisible();
    String link = page.locator("#share-link").innerText();
    Client anybody = server.client();
    String path = link.substring(base().length());
    assertThat(anybody.get(path).body())
        .contains("&lt;img src=x", "og:image", "7 of 7 steps")
        .doesNotContain("<img src=x", "id=\"log-title\"");
    assertThat(anybody.get(path + "/picture.png").statusCode()).isEqualTo(200);
    assertThat(anybody.get(path + "/badge.svg").body()).contains(">live<");
    assertThat(anybody.json(anybody.get(path + "/oembed.json"), 200).get("type").asText())
        .isEqualTo("link");
    assertThat(anybody.get("/api/status/" + hostile.id() + "/badge.svg").statusCode())
        .isEqualTo(401);

    page.locator("#share-log").check();
    page.locator("#share-made").evaluate("one => { one.hidden = true }");
    page.locator("#share-make").click();
    assertThat(page.locator("#share-made")).isVisible();
    String withLog = page.locator("#share-link").innerText().substring(base().length());
    assertThat(anybody.get(withLog).body()).contains("id=\"log-title\"");

    page.locator("#share-stop").click();
    assertThat(page.locator("#toasts")).containsText("No link opens");
    assertThat(anybody.get(path).statusCode()).isEqualTo(404);
    assertThat(anybody.get(withLog + "/badge.svg").statusCode()).isEqualTo(404);
  }

  @Test
  @Order(7)
  void theFirstLoadIsSmallAndGermanIsSpoken() {
    again(new Browser.NewContextOptions());
    List<Response> responses = new ArrayList<>();
    page.onResponse(responses::add);
    page.navigate("/sign-in?lang=de");
    assertThat(page.getByRole(AriaRole.HEADING, headed("Anmelden"))).isVisible();
    assertThat(page.locator("html")).hasAttribute("lang", "de");
    page.waitForLoadState(LoadState.NETWORKIDLE); // the icon comes after the page is loaded
    assertThat(List.copyOf(responses).stream().mapToInt(one -> one.body().length).sum())
        .isBetween(1, FIRST_LOAD);
  }

  @Test
  @Order(8)
  void readingNeedsNoScript() throws Exception {
    hostile.completed();
    again(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    signIn(hostile.client().token().orElseThrow());
    page.locator(".cover").first().click();
    assertThat(page.locator("#progress")).containsText("7 of 7 steps");
    assertThat(page.locator("#log-lines li").first()).isVisible();
    assertThat(page.locator("#releases")).containsText("Release 1");
    page.navigate("/sites/" + hostile.id() + "/runs/1/changes");
    page.locator(".diffs details", new Page.LocatorOptions().setHasText("index.html"))
        .first()
        .locator("summary")
        .click();
    page.locator(".diffs details[open] a").click();
    assertThat(page.locator("#diff ins").first()).containsText("+<!doctype html>");
    page.navigate("/team");
    assertThat(page.locator("#costs th").first()).hasText("What for");
    assertThat(page.locator("#audit")).containsText("POST /api/create-user");

    again(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    signIn(server.operator().token().orElseThrow());
    page.navigate("/operator");
    for (String name :
        List.of("agent claude", "Room in the data directory", "PostgreSQL", "Browser")) {
      assertThat(page.locator("#health")).containsText(name);
    }
    assertThat(page.locator("#costs tbody tr").first()).containsText(" USD");
    assertThat(page.locator("#audit")).containsText("POST /api/create-user");
    assertThat(page.locator("#orphans")).containsText("Nothing here");
    assertThat(page.locator("#pool")).isVisible();
    assertThat(page.locator("#levels")).containsText("dev.tmuxbuilder");
    assertThat(page.locator("#settings")).containsText("tmuxbuilder.data-dir");
  }

  @Test
  @Order(6)
  void theTerminalIsWatchedByEditorsAndTypedIntoByAdminsWhoSaySo() throws Exception {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish("# Pane\n\nTea."));
    wish.put("agent", "claude");
    Client.Created site = server.client().create(wish);
    server.cancelWhatRuns();
    site.end();
    signIn(site.client().token().orElseThrow());
    page.navigate("/sites/" + site.id());
    page.locator("#terminal-open").click();
    assertThat(page.locator("#terminal-note")).containsText("not at work on node");

    tmux(
        "new-session",
        "-d",
        "-s",
        "exec_" + site.id(),
        "-x",
        "100",
        "-y",
        "12",
        "sh",
        "-c",
        "printf '\\033[31mred\\033[0m <img src=x onerror=window.broken=1>\\033]0;title\\007\\n'; cat");
    Locator screen = page.locator("#terminal-screen");
    assertThat(screen).containsText("red <img src=x onerror=window.broken=1>");
    assertThat(screen.locator("span").first()).hasCSS("color", "rgb(255, 138, 128)");
    screen.focus();
    page.keyboard().type("xyzxyz");
    page.locator("#terminal-type").click();
    assertThat(page.locator("#terminal-type")).hasAttribute("aria-pressed", "true");
    assertThat(screen).isFocused();
    page.keyboard().type("hello; kill-server");
    page.keyboard().press("Enter");
    assertThat(screen.locator("div", new Locator.LocatorOptions().setHasText("hello; kill-server")))
        .hasCount(2);
    assertThat(screen).not().containsText("xyzxyz");
    assertThat(page.evaluate("window.broken")).isNull();
    for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
      page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
      withoutBarriers(Chrome.axe(), scheme + " terminal");
    }
    Client owner = site.client();
    String tenant = "/api/tenants/" + tenant(site);
    assertThat(owner.get(tenant + "/audit").body()).contains(site.id() + "/terminal/control");

    page.locator("#terminal-type").click();
    assertThat(page.locator("#terminal-type")).hasAttribute("aria-pressed", "false");
    String keys = "/api/executions/" + site.id() + "/terminal/keys";
    assertThat(owner.post(keys, "{\"keys\":\"x\"}").statusCode()).isEqualTo(409);
    String editor =
        owner
            .json(
                owner.post(
                    tenant + "/tokens",
                    Client.text(Map.of("name", "edits", "scope", "editor", "days", 1))),
                201)
            .get("token")
            .asText();
    assertThat(owner.as(editor).get("/sites/" + site.id()).body())
        .contains("terminal-open")
        .doesNotContain("terminal-type");
    tmux("kill-session", "-t", "=exec_" + site.id());
    assertThat(page.locator("#terminal-note")).containsText("not at work on node");
  }

  private static void tmux(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "tmux",
                "-S",
                server
                    .dataDirectory()
                    .resolve("agents-" + ProcessSpace.here().digits() + ".sock")
                    .toString(),
                "-f"));
    command.add("/dev/null");
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertThat(process.waitFor()).isZero();
  }

  @Test
  @Order(6)
  void theOperatorTurnsTheLogUpAndDown() {
    signIn(server.operator().token().orElseThrow());
    page.navigate("/operator");
    page.getByLabel("Category").fill("io.vertx");
    page.locator("#level-name").selectOption("DEBUG");
    page.keyboard().press("Enter");
    assertThat(page.locator("#level-error")).containsText("libraries may write credentials");
    page.getByLabel("Category").fill("dev.tmuxbuilder.queue");
    page.keyboard().press("Enter");
    assertThat(page.locator("#levels tr", new Page.LocatorOptions().setHasText("queue")))
        .containsText("DEBUG");
    page.getByLabel("Put back: dev.tmuxbuilder.queue").click();
    assertThat(page.locator("#levels")).not().containsText("dev.tmuxbuilder.queue");
    page.reload();
    assertThat(page.locator("#audit")).containsText("PUT /api/log-levels");
  }
}

package dev.tmuxbuilder.identity;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static dev.tmuxbuilder.web.Visit.headed;
import static dev.tmuxbuilder.web.Visit.named;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import dev.tmuxbuilder.web.Chrome;
import dev.tmuxbuilder.web.Visit;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Signing in at a provider as organisations have it: Keycloak, with groups and a tenant's claim.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeycloakTest {
  private Keycloak keycloak;
  private ServerProcess server;
  private Chrome chrome;
  private String hasty;

  /** Both start at once; nothing is asked of a provider before somebody comes from there. */
  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    server = new ServerProcess(folder.resolve("data"));
    keycloak =
        new Keycloak(folder.resolve("keycloak"), server.client().base() + "/sign-in/provider/done");
    server
        .with("TMUXBUILDER_SIGNUP", "operator")
        .with("TMUXBUILDER_IDENTITY_ROLES", "site-admins=admin,writers=editor,readers=viewer")
        .with("TMUXBUILDER_IDENTITY_TENANT_CLAIM", "organisation")
        .with("TMUXBUILDER_IDENTITY_OIDC_ISSUER", keycloak.issuer())
        .with("TMUXBUILDER_IDENTITY_OIDC_CLIENT_ID", Keycloak.CLIENT)
        .with("TMUXBUILDER_IDENTITY_OIDC_CLIENT_SECRET", keycloak.secret(Keycloak.CLIENT))
        .start();
    chrome = new Chrome();
    keycloak.awaitReady();
    hasty = keycloak.token(Keycloak.HASTY, "ana");
    assertThat(role(hasty)).isEqualTo("admin");
  }

  @AfterAll
  void stop() throws Exception {
    chrome.close();
    server.close();
    keycloak.close();
  }

  private HttpResponse<String> session(String bearer) {
    return server.client().as(bearer).get("/api/session");
  }

  private JsonNode tenant(String bearer) {
    JsonNode tenants = server.client().json(session(bearer), 200).get("tenants");
    assertThat(tenants).hasSize(1);
    return tenants.get(0);
  }

  private String role(String bearer) {
    return tenant(bearer).get("role").asText();
  }

  private Visit visit() {
    return new Visit(chrome, server.client().base(), new Browser.NewContextOptions())
        .alsoAt(keycloak.origin());
  }

  /** From the page that somebody wants to Keycloak's own form. */
  private static void leaveFor(Page page, String wanted) {
    page.navigate(wanted);
    page.getByRole(AriaRole.LINK, named("Sign in with your organisation")).click();
  }

  private static void fillIn(Page page, String name, String password) {
    page.locator("#username").fill(name);
    page.locator("#password").fill(password);
    page.locator("#kc-login").click();
  }

  private static Locator row(Page page, String person) {
    return page.locator(
        "tr[id^=member-]", new Page.LocatorOptions().setHasText(person + "@example.com"));
  }

  private static String cookie(Visit visit) {
    return visit.context().cookies().stream()
        .filter(one -> one.name.equals("tmuxbuilder_session"))
        .map(one -> one.name + "=" + one.value)
        .findFirst()
        .orElseThrow();
  }

  private int withCookie(String cookie) {
    Client nobody = server.client();
    return nobody.send(nobody.request("/api/session").header("Cookie", cookie).GET()).statusCode();
  }

  @Test
  @Order(1)
  void aPersonSignsInAtKeycloakWithABrowserAndOutHere() {
    try (Visit visit = visit()) {
      Page page = visit.page();
      leaveFor(page, "/team");
      fillIn(page, "ana", keycloak.secret("ben"));
      assertThat(page.getByText("Invalid username or password.")).isVisible();
      assertThat(visit.context().cookies(server.client().base()))
          .noneMatch(one -> one.name.equals("tmuxbuilder_session"));

      fillIn(page, "ana", keycloak.secret("ana"));
      assertThat(page.locator("h1")).containsText("Acme");
      assertThat(page).hasURL(server.client().base() + "/team");
      assertThat(row(page, "ana").locator("select")).hasValue("admin");
      String cookie = cookie(visit);
      assertThat(withCookie(cookie)).isEqualTo(200);

      page.getByRole(AriaRole.BUTTON, named("Sign out")).click();
      assertThat(page.getByRole(AriaRole.HEADING, headed("Sign in"))).isVisible();
      assertThat(withCookie(cookie)).isEqualTo(401);
    }
    try (Visit visit = visit()) {
      leaveFor(visit.page(), "/team");
      fillIn(visit.page(), "cleo", keycloak.secret("cleo"));
      assertThat(visit.page().locator("h1")).containsText("Acme");
      assertThat(row(visit.page(), "cleo")).containsText("viewer");
      assertThat(visit.page().locator("#invite")).hasCount(0);
    }
  }

  @Test
  @Order(2)
  void aTokenOfKeycloakOpensTheApiAsItsGroupsSay() {
    String ana = keycloak.token(Keycloak.CLIENT, "ana");
    String robot = keycloak.token(Keycloak.ROBOT);
    assertThat(tenant(ana).get("name").asText()).isEqualTo("Acme");
    assertThat(role(ana)).isEqualTo("admin");
    assertThat(role(robot)).isEqualTo("editor");
    assertThat(tenant(robot).get("tenant_id")).isEqualTo(tenant(ana).get("tenant_id"));

    String audit = "/api/tenants/" + tenant(ana).get("tenant_id").asText() + "/audit";
    assertThat(server.client().as(ana).get(audit).statusCode()).isEqualTo(200);
    assertThat(server.client().as(robot).get(audit).statusCode()).isEqualTo(403);
    assertThat(session(keycloak.token(Keycloak.OTHER, "ana")).statusCode())
        .as("a token that Keycloak made for somebody else")
        .isEqualTo(401);
  }

  @Test
  @Order(3)
  void aTokenSignedWithANewKeyOfKeycloaksIsTaken() {
    String before = keycloak.token(Keycloak.CLIENT, "cleo");
    assertThat(role(before)).isEqualTo("viewer");
    keycloak.rotateKeys();
    String after = keycloak.token(Keycloak.CLIENT, "cleo");
    assertThat(key(after)).isNotEqualTo(key(before));
    Awaitility.await("the keys are read again")
        .atMost(Duration.ofSeconds(10))
        .until(() -> session(after).statusCode() == 200);
    assertThat(role(after)).isEqualTo("viewer");
    assertThat(role(keycloak.token(Keycloak.ROBOT))).isEqualTo("editor");
  }

  private static String key(String token) {
    byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
    return Client.tree(new String(header, StandardCharsets.UTF_8)).get("kid").asText();
  }

  @Test
  @Order(4)
  void whoseGroupIsTakenAwayInKeycloakHasNoRoleHereAnyMore() {
    try (Visit visit = visit()) {
      Page page = visit.page();
      leaveFor(page, "/team");
      fillIn(page, "ben", keycloak.secret("ben"));
      assertThat(row(page, "ben")).containsText("editor");

      String before = keycloak.token(Keycloak.CLIENT, "ben");
      assertThat(role(before)).isEqualTo("editor");
      keycloak.takeOutOfGroups("ben");
      assertThat(session(keycloak.token(Keycloak.CLIENT, "ben")).statusCode()).isEqualTo(403);
      assertThat(session(before).statusCode()).as("good still, and older").isEqualTo(403);
      page.reload();
      assertThat(page.getByRole(AriaRole.HEADING, headed("Sign in"))).isVisible();
    }
    try (Visit visit = visit()) {
      leaveFor(visit.page(), "/team");
      fillIn(visit.page(), "ben", keycloak.secret("ben"));
      assertThat(visit.page().getByText("None of your groups has a role here.")).isVisible();
      visit.page().navigate("/team");
      assertThat(visit.page().getByRole(AriaRole.HEADING, headed("Sign in"))).isVisible();
    }
  }

  /** Clocks may differ by half a minute, so the token from the beginning is asked for last. */
  @Test
  @Order(5)
  void aTokenThatHasEndedIsRefused() {
    Awaitility.await("the token's end")
        .atMost(Duration.ofSeconds(45))
        .pollInterval(Duration.ofMillis(250))
        .until(() -> session(hasty).statusCode() == 401);
    assertThat(role(keycloak.token(Keycloak.HASTY, "ana"))).isEqualTo("admin");
  }
}

package dev.tmuxbuilder.identity;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.Reader;
import dev.tmuxbuilder.service.ServerProcess;
import java.io.ByteArrayInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.assertj.core.api.SoftAssertions;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Whom a provider gives no role any more has none here, wherever it came from. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LeavingTest {
  private static final String BALANCER =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/front/0a1b2c3d";
  private static final String KEY = "0f8a-1";

  private final Instant now = Instant.now();
  private Issuer issuer;
  private KeyPair balancer;
  private ServerProcess server;
  private Client nobody;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    issuer = new Issuer();
    balancer = issuer.addBalancerKey(KEY);
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_API_FAILED_SIGN_INS", "100000")
            .with("TMUXBUILDER_API_RECHECK", "1s")
            .with("TMUXBUILDER_SIGNUP", "operator")
            .with("TMUXBUILDER_IDENTITY_ROLES", "site-admins=admin,writers=editor,readers=viewer")
            .with("TMUXBUILDER_IDENTITY_TENANT_CLAIM", "org")
            .with("TMUXBUILDER_IDENTITY_TRUSTED_PROXIES", "127.0.0.1")
            .with("TMUXBUILDER_IDENTITY_OIDC_ISSUER", issuer.url())
            .with("TMUXBUILDER_IDENTITY_OIDC_CLIENT_ID", Issuer.AUDIENCE)
            .with("TMUXBUILDER_IDENTITY_ALB_SIGNER", BALANCER)
            .with("TMUXBUILDER_IDENTITY_ALB_KEYS", issuer.balancerKeys())
            .start();
    nobody = server.client();
  }

  @AfterAll
  void stop() {
    server.close();
    issuer.close();
  }

  /** Somebody of that name, by a token of the provider's that was made then. */
  private Client at(long seconds, String name, String organisation, String group) throws Exception {
    JwtClaims claims = issuer.claims(name, organisation, group);
    claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond() + seconds));
    return nobody.as(issuer.token(claims));
  }

  /** What the load balancer says of somebody, which does not say when it was said. */
  private int byBalancer(String name, String group) throws Exception {
    Map<String, Object> header =
        Issuer.balancerHeader(BALANCER, KEY, Instant.now().getEpochSecond() + 120);
    header.put("iss", issuer.url());
    String said = text(Map.of("sub", name, "org", "acme", "groups", group));
    String data = Issuer.balancerToken(text(header), said, balancer);
    return nobody
        .send(nobody.request("/api/session").header("x-amzn-oidc-data", data).GET())
        .statusCode();
  }

  private static int session(Client client) {
    return client.get("/api/session").statusCode();
  }

  private static Map<String, String> roles(Client client) {
    Map<String, String> roles = new LinkedHashMap<>();
    client
        .json(client.get("/api/session"), 200)
        .get("tenants")
        .forEach(one -> roles.put(one.get("name").asText(), one.get("role").asText()));
    return roles;
  }

  private static String home(Client client) {
    JsonNode tenants = client.json(client.get("/api/session"), 200).get("tenants");
    return "/api/tenants/" + tenants.get(0).get("tenant_id").asText();
  }

  private static Client named(Client client, String tenant) {
    String wish = text(Map.of("name", "program", "scope", "editor", "days", 1));
    JsonNode made = client.json(client.post(tenant + "/tokens", wish), 201);
    return client.as(made.get("token").asText());
  }

  private static void invite(Client admin, String tenant, Client guest, String name) {
    String wish = text(Map.of("email", name + "@example.com", "role", "editor"));
    JsonNode invitation = admin.json(admin.post(tenant + "/invitations", wish), 201);
    String accepted = text(Map.of("token", invitation.get("token").asText()));
    guest.json(guest.post("/api/invitations/accept", accepted), 200);
  }

  private static String cookie(Client client) {
    HttpResponse<String> begun = client.post("/api/session", "");
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    String header = begun.headers().firstValue("Set-Cookie").orElseThrow();
    return header.substring(0, header.indexOf(';'));
  }

  private int withCookie(String cookie) {
    return nobody.send(nobody.request("/api/session").header("Cookie", cookie).GET()).statusCode();
  }

  /** A service account with a token, in the tenant of its admin. */
  private static Client program(Client admin, String tenant) {
    String name = "robot" + UUID.randomUUID().toString().substring(0, 8);
    String wish = text(Map.of("name", name, "role", "editor"));
    JsonNode account = admin.json(admin.post(tenant + "/service-accounts", wish), 201);
    String token =
        text(
            Map.of(
                "name",
                "program",
                "scope",
                "editor",
                "days",
                1,
                "user_id",
                account.get("user_id").asText()));
    JsonNode made = admin.json(admin.post(tenant + "/tokens", token), 201);
    return admin.as(made.get("token").asText());
  }

  /** What the archive of somebody's data says of the person. */
  private static String exported(Client admin, String user) throws Exception {
    byte[] archive = admin.bytes("/api/user/" + user + "/export");
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      assertThat(zip.getNextEntry()).extracting(ZipEntry::getName).isEqualTo("user.json");
      return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void whoLeavesHasNothingInAnyTenantUntilTheProviderGivesARoleAgain() throws Exception {
    Client gil = at(-60, "gil", "umbrella", "site-admins");
    Client uma = at(-60, "uma", "acme", "site-admins");
    String umbrella = home(gil);
    String acme = home(uma);
    Client dora = at(-60, "dora", "acme", "writers");
    invite(gil, umbrella, dora, "dora");
    String user = dora.json(dora.get("/api/session"), 200).get("user_id").asText();
    Client alone = server.operator().create("# Alone").client();
    Client program = program(uma, acme);
    Map<String, Client> theirs = new LinkedHashMap<>();
    theirs.put("a token at home", named(dora, acme));
    theirs.put("a token in the other tenant", named(dora, umbrella));
    Map<String, String> cookies = new LinkedHashMap<>();
    cookies.put("of the provider's sign-in", cookie(dora));
    for (Map.Entry<String, Client> one : theirs.entrySet()) {
      cookies.put("begun with " + one.getKey(), cookie(one.getValue()));
    }
    assertThat(roles(dora)).isEqualTo(Map.of("acme", "editor", "umbrella", "editor"));
    SoftAssertions all = new SoftAssertions();
    theirs.forEach((what, client) -> all.assertThat(session(client)).as(what).isEqualTo(200));
    cookies.forEach((what, cookie) -> all.assertThat(withCookie(cookie)).as(what).isEqualTo(200));

    all.assertThat(session(at(-30, "dora", "acme", "nothing"))).as("leaves").isEqualTo(403);

    theirs.forEach((what, client) -> all.assertThat(session(client)).as(what).isEqualTo(401));
    cookies.forEach(
        (what, cookie) -> all.assertThat(withCookie(cookie)).as("a cookie " + what).isEqualTo(401));
    all.assertThat(dora.get(umbrella + "/members").statusCode()).as("a guest").isEqualTo(403);
    all.assertThat(session(dora)).as("the token from before").isEqualTo(403);
    assertThat(exported(uma, user)).contains("left_at").contains("editor").contains("program");
    for (Client other : new Client[] {gil, uma, alone, program}) {
      all.assertThat(session(other)).as("somebody else").isEqualTo(200);
    }
    all.assertAll();

    Client again = at(-29, "dora", "acme", "readers");

    assertThat(roles(again)).isEqualTo(Map.of("acme", "viewer", "umbrella", "editor"));
    theirs.forEach((what, client) -> all.assertThat(session(client)).as(what).isEqualTo(200));
    cookies.forEach(
        (what, cookie) -> all.assertThat(withCookie(cookie)).as("a cookie " + what).isEqualTo(401));
    all.assertAll();
  }

  @Test
  void whoLeavesReadsNoStreamAnyMore() throws Exception {
    Client hana = at(-60, "hana", "acme", "writers");
    Map<String, Object> wish = Client.wish("# Hana");
    wish.keySet().removeAll(Set.of("email", "phone"));
    Client.Created site = hana.create(wish);
    Reader reader = Reader.of(hana, site.id());
    assertThat(session(at(-30, "hana", "acme", "nothing"))).isEqualTo(403);
    reader.cutOff();
    server.cancelWhatRuns();
  }

  @Test
  void onlyWhatTheProviderSaysLaterThanTheLastLeavingLetsSomebodyInAgain() throws Exception {
    assertThat(session(at(-60, "ella", "acme", "writers"))).isEqualTo(200);
    assertThat(session(at(-30, "ella", "acme", "nothing"))).isEqualTo(403);
    assertThat(session(at(-50, "ella", "acme", "nothing"))).as("an older word").isEqualTo(403);

    SoftAssertions all = new SoftAssertions();
    all.assertThat(session(at(-40, "ella", "acme", "site-admins"))).as("before").isEqualTo(403);
    all.assertThat(session(at(-30, "ella", "acme", "site-admins"))).as("just then").isEqualTo(403);
    all.assertThat(session(at(-20, "ella", "umbrella", "writers"))).as("elsewhere").isEqualTo(403);
    all.assertThat(session(at(-40, "ella", "acme", "writers"))).as("still").isEqualTo(403);
    assertThat(session(at(-20, "ella", "acme", "nothing"))).as("once more").isEqualTo(403);
    all.assertThat(session(at(-25, "ella", "acme", "writers"))).as("in between").isEqualTo(403);
    all.assertThat(session(at(-10, "ella", "acme", "writers"))).as("after").isEqualTo(200);
    all.assertAll();
  }

  @Test
  void whatDoesNotSayWhenItWasSaidIsSaidNow() throws Exception {
    assertThat(byBalancer("fay", "writers")).isEqualTo(200);
    assertThat(byBalancer("fay", "nothing")).isEqualTo(403);
    long later = Duration.between(now, Instant.now()).toSeconds() + 60;

    SoftAssertions all = new SoftAssertions();
    all.assertThat(session(at(-60, "fay", "acme", "writers"))).as("before").isEqualTo(403);
    all.assertThat(session(at(later, "fay", "acme", "writers"))).as("after").isEqualTo(200);
    all.assertThat(session(at(-30, "fay", "acme", "nothing"))).as("leaves").isEqualTo(403);
    all.assertThat(byBalancer("fay", "readers")).as("now").isEqualTo(200);
    all.assertAll();
  }
}

package dev.tmuxbuilder.identity;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.Client;
import dev.tmuxbuilder.service.ServerProcess;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.awaitility.Awaitility;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Those for whom somebody vouches come in where the voucher is good, and nowhere else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VouchersTest {
  private static final String BALANCER =
      "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/front/0a1b2c3d";

  /** Loopback has many addresses: this one is the trusted proxy's. */
  private static final String PROXY = "127.0.0.2";

  private Issuer issuer;
  private Issuer team;
  private ServerProcess server;
  private Client nobody;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    issuer = new Issuer();
    team = new Issuer();
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_API_FAILED_SIGN_INS", "100000")
            .with("TMUXBUILDER_SIGNUP", "operator")
            .with("TMUXBUILDER_IDENTITY_ROLES", "site-admins=admin,writers=editor,readers=viewer")
            .with("TMUXBUILDER_IDENTITY_TENANT_CLAIM", "org")
            .with("TMUXBUILDER_IDENTITY_TRUSTED_PROXIES", "10.1.0.0/16," + PROXY)
            .with("TMUXBUILDER_IDENTITY_OIDC_ISSUER", issuer.url())
            .with("TMUXBUILDER_IDENTITY_OIDC_CLIENT_ID", Issuer.AUDIENCE)
            .with("TMUXBUILDER_IDENTITY_OIDC_CLIENT_SECRET", issuer.secret())
            .with("TMUXBUILDER_IDENTITY_ALB_SIGNER", BALANCER)
            .with("TMUXBUILDER_IDENTITY_ALB_KEYS", issuer.balancerKeys())
            .with("TMUXBUILDER_IDENTITY_ACCESS_TEAM", team.url())
            .with("TMUXBUILDER_IDENTITY_ACCESS_AUDIENCE", Issuer.AUDIENCE)
            .with("TMUXBUILDER_IDENTITY_ACCESS_REQUIRED", "false")
            .start();
    nobody = server.client();
  }

  @AfterAll
  void stop() {
    server.close();
    issuer.close();
    team.close();
  }

  private Client bearer(JwtClaims claims) throws Exception {
    return nobody.as(issuer.token(claims));
  }

  private static JsonNode session(Client client) {
    return client.json(client.get("/api/session"), 200);
  }

  @Test
  void aPersonIsAUserInTheTenantAndTheRoleThatTheProviderSays() throws Exception {
    Client ana = bearer(issuer.claims("ana", "acme", "staff", "writers", "site-admins"));
    Client ben = bearer(issuer.claims("ben", "acme", "readers"));
    Client eve = bearer(issuer.claims("eve", "umbrella", "site-admins"));

    JsonNode tenant = session(ana).get("tenants").get(0);
    assertThat(tenant.get("name").asText()).isEqualTo("acme");
    assertThat(tenant.get("role").asText()).isEqualTo("admin");
    assertThat(session(ben).get("tenants").get(0).get("tenant_id"))
        .isEqualTo(tenant.get("tenant_id"));
    assertThat(session(ben).get("tenants").get(0).get("role").asText()).isEqualTo("viewer");
    assertThat(session(ana).get("user_id"))
        .as("the same the next time")
        .isEqualTo(session(ana).get("user_id"));

    Map<String, Object> wish = Client.wish("# Acme\n\nA site of a person with no phone.");
    wish.remove("email");
    wish.remove("phone");
    Client.Created site = ana.create(wish);
    assertThat(site.answer().get("is_new_user").asBoolean()).isFalse();
    assertThat(ben.get("/api/status/" + site.id()).statusCode()).isEqualTo(200);
    assertThat(ben.post("/api/cancel/" + site.id(), "").statusCode()).isEqualTo(403);
    assertThat(eve.get("/api/status/" + site.id()).statusCode()).isEqualTo(404);
    assertThat(ana.post("/api/cancel/" + site.id(), "").statusCode()).isEqualTo(202);
  }

  @Test
  void aRoleThatTheProviderTakesAwayIsGone() throws Exception {
    assertThat(session(bearer(issuer.claims("kim", "acme", "site-admins"))).toString())
        .contains("\"admin\"");
    assertThat(session(bearer(issuer.claims("kim", "acme", "readers"))).toString())
        .contains("\"viewer\"")
        .doesNotContain("\"admin\"");
    HttpResponse<String> begun =
        bearer(issuer.claims("kim", "acme", "readers")).post("/api/session", "");
    String session = cookie(begun, "tmuxbuilder_session");
    assertThat(withCookie(session).body()).contains("\"viewer\"");
    assertThat(bearer(issuer.claims("kim", "acme", "nothing")).get("/api/session").statusCode())
        .isEqualTo(403);
    assertThat(bearer(issuer.claims("kim", "umbrella", "readers")).get("/api/session").statusCode())
        .as("at home elsewhere")
        .isEqualTo(403);
    assertThat(withCookie(session).statusCode()).as("a session from before").isEqualTo(401);
    JwtClaims later = issuer.claims("kim", "acme", "writers");
    later.setIssuedAt(NumericDate.fromSeconds(Instant.now().getEpochSecond() + 2));
    assertThat(session(bearer(later)).toString())
        .as("a role that the provider gives again")
        .contains("\"editor\"");
    assertThat(withCookie(session).statusCode()).as("that session, even so").isEqualTo(401);
  }

  private HttpResponse<String> withCookie(String cookie) {
    return nobody.send(nobody.request("/api/session").header("Cookie", cookie).GET());
  }

  @Test
  void noForgedTokenOpensAnything() throws Exception {
    JwtClaims good = issuer.claims("mallory", "acme", "site-admins");
    PublicJsonWebKey real = issuer.key("first");
    PublicJsonWebKey own = Issuer.rsa("first");
    Map<String, String> forged = new LinkedHashMap<>();
    forged.put("wrong audience", issuer.token(with(good, "aud", "another")));
    forged.put("no audience", issuer.token(without(good, "aud")));
    forged.put("wrong issuer", issuer.token(with(good, "iss", issuer.url() + "/other")));
    forged.put("no issuer", issuer.token(without(good, "iss")));
    forged.put("expired", issuer.token(with(good, "exp", Instant.now().getEpochSecond() - 60)));
    forged.put("no end", issuer.token(without(good, "exp")));
    forged.put("not yet", issuer.token(with(good, "nbf", Instant.now().getEpochSecond() + 600)));
    forged.put("nobody", issuer.token(without(good, "sub")));
    forged.put("alg none", Issuer.signed(good, jws -> jws.setAlgorithmHeaderValue("none")));
    forged.put(
        "public key as a secret",
        Issuer.signed(
            good,
            jws -> {
              jws.setAlgorithmHeaderValue("HS256");
              jws.setKeyIdHeaderValue("first");
              jws.setKey(new HmacKey(real.getPublicKey().getEncoded()));
            }));
    forged.put("another's key", Issuer.signed(good, jws -> Issuer.sign(jws, "RS256", own)));
    forged.put(
        "an unknown key", Issuer.signed(good, jws -> Issuer.sign(jws, "RS256", rsa("unheard-of"))));
    forged.put("another algorithm", Issuer.signed(good, jws -> Issuer.sign(jws, "PS256", real)));
    forged.put(
        "a key that it brings",
        Issuer.signed(
            good,
            jws -> {
              Issuer.sign(jws, "RS256", own);
              jws.setJwkHeader(own);
            }));
    String token = issuer.token(good);
    forged.put("changed", token.substring(0, token.length() - 6) + "AAAAAA");
    forged.put("without its signature", token.substring(0, token.lastIndexOf('.') + 1));

    SoftAssertions all = new SoftAssertions();
    forged.forEach(
        (what, bad) ->
            all.assertThat(nobody.as(bad).get("/api/session").statusCode())
                .as(what)
                .isEqualTo(401));
    all.assertThat(nobody.as(token).get("/api/session").statusCode())
        .as("the good one")
        .isEqualTo(200);
    all.assertAll();
  }

  @Test
  void anAccessTokenOfCognitoNamesItsClientInsteadOfAnAudience() throws Exception {
    JwtClaims claims = without(issuer.claims("cleo", "acme", "writers"), "aud");
    JwtClaims good = with(with(claims, "token_use", "access"), "client_id", Issuer.AUDIENCE);
    assertThat(session(bearer(good)).get("tenants").get(0).get("role").asText())
        .isEqualTo("editor");

    Map<String, JwtClaims> others = new LinkedHashMap<>();
    others.put("of another client", with(good, "client_id", "another"));
    others.put("of no client", without(good, "client_id"));
    others.put("another kind of token", with(good, "token_use", "id"));
    others.put("no kind of token", without(good, "token_use"));
    others.put("for another audience", with(good, "aud", "another"));
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, JwtClaims> other : others.entrySet()) {
      all.assertThat(bearer(other.getValue()).get("/api/session").statusCode())
          .as(other.getKey())
          .isEqualTo(401);
    }
    all.assertAll();
  }

  private static PublicJsonWebKey rsa(String id) {
    try {
      return Issuer.rsa(id);
    } catch (org.jose4j.lang.JoseException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static JwtClaims with(JwtClaims claims, String name, Object value) throws Exception {
    JwtClaims changed = JwtClaims.parse(claims.toJson());
    changed.setClaim(name, value);
    return changed;
  }

  private static JwtClaims without(JwtClaims claims, String name) throws Exception {
    JwtClaims changed = JwtClaims.parse(claims.toJson());
    changed.unsetClaim(name);
    return changed;
  }

  @Test
  void aNewKeyOfTheProviderIsTakenUpWithoutARestart() throws Exception {
    JwtClaims claims = issuer.claims("noor", "acme", "readers");
    assertThat(bearer(claims).get("/api/session").statusCode()).isEqualTo(200);
    issuer.addKey("second");
    String token = Issuer.signed(claims, jws -> Issuer.sign(jws, "RS256", issuer.key("second")));
    Awaitility.await("the keys are read again")
        .atMost(Duration.ofSeconds(20))
        .until(() -> nobody.as(token).get("/api/session").statusCode() == 200);
  }

  @Test
  void aBrowsersSessionIsBegunWithAProvidersToken() throws Exception {
    Client ana = bearer(issuer.claims("ana", "acme", "site-admins"));
    HttpResponse<String> begun = ana.post("/api/session", "");
    assertThat(begun.statusCode()).as(begun.body()).isEqualTo(200);
    String header = begun.headers().firstValue("Set-Cookie").orElseThrow();
    String cookie = header.substring(0, header.indexOf(';'));
    HttpResponse<String> seen =
        nobody.send(nobody.request("/api/session").header("Cookie", cookie).GET());
    assertThat(Client.tree(seen.body()).get("user_id")).isEqualTo(session(ana).get("user_id"));
  }

  /** A browser on its way to the provider. */
  private record Leaving(Map<String, String> asked, String cookie) {
    String state() {
      return asked.getOrDefault("state", "");
    }
  }

  private Leaving leave() {
    HttpResponse<String> sent = nobody.send(nobody.request("/sign-in/provider?next=/team").GET());
    assertThat(sent.statusCode()).as(sent.body()).isEqualTo(303);
    URI to = URI.create(sent.headers().firstValue("Location").orElseThrow());
    assertThat(to.toString()).startsWith(issuer.url() + "/authorize?");
    return new Leaving(Issuer.parameters(to.getRawQuery()), cookie(sent, "tmuxbuilder_sign_in"));
  }

  private static String cookie(HttpResponse<String> answer, String name) {
    return answer.headers().allValues("Set-Cookie").stream()
        .filter(header -> header.startsWith(name + "="))
        .peek(header -> assertThat(header).contains("HttpOnly"))
        .map(header -> header.substring(0, header.indexOf(';')))
        .findFirst()
        .orElseThrow();
  }

  private HttpResponse<String> comeBack(String cookie, String state, String code) {
    return nobody.send(
        nobody
            .request("/sign-in/provider/done?state=" + state + "&code=" + code)
            .header("Cookie", cookie)
            .GET());
  }

  @Test
  void aPersonSignsInAtTheProviderWithABrowser() throws Exception {
    assertThat(nobody.get("/sign-in").body()).contains("/sign-in/provider");
    Leaving leaving = leave();
    assertThat(leaving.asked())
        .containsEntry("client_id", Issuer.AUDIENCE)
        .containsEntry("response_type", "code")
        .containsEntry("redirect_uri", nobody.base() + "/sign-in/provider/done");
    JwtClaims claims = issuer.claims("ana", "acme", "site-admins");
    claims.setClaim("nonce", leaving.asked().get("nonce"));
    String code = issuer.grant(leaving.asked(), claims);

    HttpResponse<String> in = comeBack(leaving.cookie(), leaving.state(), code);

    assertThat(in.statusCode()).as(in.body()).isEqualTo(303);
    assertThat(in.headers().firstValue("Location").orElseThrow()).endsWith("/team");
    String session = cookie(in, "tmuxbuilder_session");
    HttpResponse<String> seen =
        nobody.send(nobody.request("/api/session").header("Cookie", session).GET());
    assertThat(Client.tree(seen.body()).get("user_id"))
        .as("the same user as with a bearer token")
        .isEqualTo(session(bearer(issuer.claims("ana", "acme", "site-admins"))).get("user_id"));
    assertThat(comeBack(leaving.cookie(), leaving.state(), code).statusCode())
        .as("the code once more")
        .isNotEqualTo(200)
        .satisfies(status -> assertThat(status).isIn(303, 401));
  }

  @Test
  void whoComesBackWithAnythingElseIsNotSignedIn() throws Exception {
    Leaving leaving = leave();
    Leaving other = leave();
    JwtClaims claims = issuer.claims("mallory", "acme", "site-admins");
    claims.setClaim("nonce", leaving.asked().get("nonce"));
    Map<String, HttpResponse<String>> answers = new LinkedHashMap<>();
    answers.put(
        "another state",
        comeBack(leaving.cookie(), other.state(), issuer.grant(leaving.asked(), claims)));
    answers.put(
        "no cookie", comeBack("x=y", leaving.state(), issuer.grant(leaving.asked(), claims)));
    answers.put(
        "a code of another's sign-in",
        comeBack(leaving.cookie(), leaving.state(), issuer.grant(other.asked(), claims)));
    answers.put(
        "a token of another's sign-in",
        comeBack(
            leaving.cookie(),
            leaving.state(),
            issuer.grant(leaving.asked(), with(claims, "nonce", "another"))));
    answers.put(
        "a token for somebody else",
        comeBack(
            leaving.cookie(),
            leaving.state(),
            issuer.grant(leaving.asked(), with(claims, "aud", "another"))));
    answers.put("no code", comeBack(leaving.cookie(), leaving.state(), ""));
    SoftAssertions all = new SoftAssertions();
    answers.forEach(
        (what, answer) ->
            all.assertThat(answer.headers().allValues("Set-Cookie"))
                .as(what)
                .noneMatch(header -> header.startsWith("tmuxbuilder_session=")));
    all.assertAll();
  }

  private int from(String address, String header, String value) throws Exception {
    try (HttpClient http =
        HttpClient.newBuilder().localAddress(InetAddress.getByName(address)).build()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(nobody.base() + "/api/session"))
                  .header(header, value)
                  .build(),
              HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
          .statusCode();
    }
  }

  private int byBalancer(String address, String data) throws Exception {
    return from(address, "x-amzn-oidc-data", data);
  }

  @Test
  void theLoadBalancersWordCountsWhenItSignedItAndATrustedProxyBroughtIt() throws Exception {
    KeyPair key = issuer.addBalancerKey("0f8a-1");
    long later = Instant.now().getEpochSecond() + 120;
    String payload =
        text(Map.of("sub", "lea", "email", "lea@example.com", "org", "acme", "groups", "readers"));
    String good = balancer(Issuer.balancerHeader(BALANCER, "0f8a-1", later), payload, key);
    assertThat(byBalancer(PROXY, good)).isEqualTo(200);

    Map<String, String> forged = new LinkedHashMap<>();
    forged.put(
        "another balancer",
        balancer(Issuer.balancerHeader(BALANCER + "x", "0f8a-1", later), payload, key));
    forged.put(
        "expired", balancer(Issuer.balancerHeader(BALANCER, "0f8a-1", later - 600), payload, key));
    forged.put(
        "another's key",
        balancer(Issuer.balancerHeader(BALANCER, "0f8a-1", later), payload, Issuer.ec()));
    forged.put(
        "an unknown key", balancer(Issuer.balancerHeader(BALANCER, "0f8a-2", later), payload, key));
    forged.put(
        "a key elsewhere",
        balancer(Issuer.balancerHeader(BALANCER, "../keys", later), payload, key));
    Map<String, Object> none = Issuer.balancerHeader(BALANCER, "0f8a-1", later);
    none.put("alg", "none");
    forged.put("alg none", balancer(none, payload, key));
    Map<String, Object> secret = Issuer.balancerHeader(BALANCER, "0f8a-1", later);
    secret.put("alg", "HS256");
    forged.put("a secret", balancer(secret, payload, key));
    forged.put("changed", good.replaceFirst("\\.[^.]+\\.", ".eyJzdWIiOiJyb290In0."));
    forged.put("unsigned", "{\"sub\":\"lea\"}");
    forged.put("a provider's token", issuer.token(issuer.claims("lea", "acme", "readers")));

    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, String> bad : forged.entrySet()) {
      all.assertThat(byBalancer(PROXY, bad.getValue())).as(bad.getKey()).isEqualTo(401);
    }
    all.assertThat(byBalancer("127.0.0.1", good)).as("not from the proxy").isEqualTo(401);
    all.assertAll();
  }

  private static String balancer(Map<String, Object> header, String payload, KeyPair key)
      throws Exception {
    return Issuer.balancerToken(text(header), payload, key);
  }

  @Test
  void accesssWordCountsWhenTheTeamSignedItForThisApplication() throws Exception {
    String header = "Cf-Access-Jwt-Assertion";
    JwtClaims good = team.claims("omar", "acme", "writers");
    String token = team.token(good);
    assertThat(from("127.0.0.1", header, token)).isEqualTo(200);

    PublicJsonWebKey own = Issuer.rsa("first");
    Map<String, String> forged = new LinkedHashMap<>();
    forged.put("another application", team.token(with(good, "aud", "another")));
    forged.put("another team", team.token(with(good, "iss", issuer.url())));
    forged.put("expired", team.token(with(good, "exp", Instant.now().getEpochSecond() - 60)));
    forged.put("another's key", Issuer.signed(good, jws -> Issuer.sign(jws, "RS256", own)));
    forged.put("alg none", Issuer.signed(good, jws -> jws.setAlgorithmHeaderValue("none")));
    forged.put("the provider's", issuer.token(issuer.claims("omar", "acme", "writers")));
    forged.put("unsigned", "omar@example.com");
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, String> bad : forged.entrySet()) {
      all.assertThat(from("127.0.0.1", header, bad.getValue())).as(bad.getKey()).isEqualTo(401);
    }
    HttpResponse<String> fromElsewhere =
        nobody.send(
            nobody
                .request("/api/session")
                .header(header, token)
                .header("Origin", "http://evil.example")
                .POST(HttpRequest.BodyPublishers.noBody()));
    all.assertThat(fromElsewhere.statusCode()).as("a page of somebody else").isEqualTo(403);
    all.assertThat(from("127.0.0.1", "Cf-Access-Authenticated-User-Email", "omar@example.com"))
        .as("an unsigned header")
        .isEqualTo(401);
    all.assertAll();
  }

  @Test
  void ourOwnTokensGoOnBesideThem() {
    assertThat(server.operator().get("/api/nodes").statusCode()).isEqualTo(200);
    assertThat(nobody.get("/api/session").statusCode()).isEqualTo(401);
  }

  @Test
  void aNameAndAPasswordMeanNothingWhereTheEmergencySignInIsOff() {
    HttpResponse<String> refused =
        nobody.send(
            nobody
                .request("/api/nodes")
                .header("Authorization", EmergencyTest.basic("root", "correct horse battery")));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.headers().allValues("WWW-Authenticate")).containsExactly("Bearer");
  }
}

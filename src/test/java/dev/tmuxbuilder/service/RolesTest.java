package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Members, their roles, what lets them in, and browsers' sessions. */
@ExtendWith(SharedServer.class)
class RolesTest {
  private final ServerProcess server;
  private final Client nobody;
  private Organisation ours;

  RolesTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @BeforeEach
  void anOrganisation() {
    ours = Organisation.of(nobody);
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  @Test
  void anInvitationLetsInWhomItWasForAndNobodyElse() {
    Map<String, Object> wish = Client.wish("# Guest");
    Client.Created guest = nobody.create(wish);
    Client.Created stranger = nobody.create("# Stranger");
    JsonNode invitation =
        ours.admin()
            .json(
                ours.admin()
                    .post(
                        ours.path("/invitations"),
                        text(Map.of("email", wish.get("email"), "role", "viewer"))),
                201);
    String body = text(Map.of("token", invitation.get("token").asText()));

    assertThat(guest.client().get("/api/status/" + ours.execution()).statusCode()).isEqualTo(404);
    assertThat(stranger.client().post("/api/invitations/accept", body).statusCode()).isEqualTo(404);
    JsonNode joined =
        guest.client().json(guest.client().post("/api/invitations/accept", body), 200);
    assertThat(joined.get("role").asText()).isEqualTo("viewer");
    assertThat(guest.client().get("/api/status/" + ours.execution()).statusCode()).isEqualTo(200);
    assertThat(guest.client().post("/api/invitations/accept", body).statusCode()).isEqualTo(404);

    String id = guest.answer().get("user_id").asText();
    assertThat(ours.admin().delete(ours.path("/members/" + id)).statusCode()).isEqualTo(204);
    assertThat(guest.client().get("/api/status/" + ours.execution()).statusCode()).isEqualTo(404);
  }

  @Test
  void anInvitationThatWasTakenBackOpensNothing() {
    Map<String, Object> wish = Client.wish("# Guest");
    Client.Created guest = nobody.create(wish);
    JsonNode invitation =
        ours.admin()
            .json(
                ours.admin()
                    .post(
                        ours.path("/invitations"),
                        text(Map.of("email", wish.get("email"), "role", "admin"))),
                201);
    assertThat(
            ours.admin()
                .delete(ours.path("/invitations/" + invitation.get("invitation_id").asText()))
                .statusCode())
        .isEqualTo(204);
    assertThat(
            guest
                .client()
                .post(
                    "/api/invitations/accept",
                    text(Map.of("token", invitation.get("token").asText())))
                .statusCode())
        .isEqualTo(404);
    assertThat(
            ours.admin()
                .json(ours.admin().get(ours.path("/invitations")), 200)
                .get("invitations")
                .get(0)
                .get("status")
                .asText())
        .isEqualTo("revoked");
  }

  @Test
  void theLastAdminStays() {
    String owner = ours.owner().answer().get("user_id").asText();
    assertThat(ours.admin().delete(ours.path("/members/" + owner)).statusCode()).isEqualTo(409);
    HttpResponse<String> lowered =
        ours.admin()
            .send(
                ours.admin()
                    .request(ours.path("/members/" + owner))
                    .header("Content-Type", "application/json")
                    .PUT(HttpRequest.BodyPublishers.ofString("{\"role\":\"viewer\"}")));
    assertThat(lowered.statusCode()).isEqualTo(409);
  }

  @Test
  void aTokenOpensNoMoreThanItsScopeAndNothingOnceItIsRevoked() {
    JsonNode made = ours.token("viewer", Optional.empty());
    Client program = nobody.as(made.get("token").asText());
    assertThat(program.get("/api/status/" + ours.execution()).statusCode()).isEqualTo(200);
    assertThat(program.post("/api/redeploy/" + ours.execution(), "").statusCode()).isEqualTo(403);
    assertThat(program.delete("/api/executions/" + ours.execution()).statusCode()).isEqualTo(403);
    Map<String, Object> wish = Client.wish("# Ours");
    wish.put("email", ours.email());
    assertThat(program.post("/api/create-user", text(wish)).statusCode()).isEqualTo(403);
    assertThat(
            program
                .post(
                    ours.path("/tokens"), text(Map.of("name", "more", "scope", "admin", "days", 1)))
                .statusCode())
        .isEqualTo(201);

    JsonNode all = ours.admin().json(ours.admin().get(ours.path("/tokens")), 200).get("tokens");
    assertThat(all.toString()).doesNotContain(made.get("token").asText());
    assertThat(all.get(0).get("scope").asText())
        .as("no token makes a greater one")
        .isEqualTo("viewer");
    JsonNode used = all.get(1);
    assertThat(used.get("token_id")).isEqualTo(made.get("token_id"));
    assertThat(used.get("last_used_at").isNull()).isFalse();
    assertThat(
            ours.admin().delete(ours.path("/tokens/" + made.get("token_id").asText())).statusCode())
        .isEqualTo(204);
    assertThat(program.get("/api/status/" + ours.execution()).statusCode()).isEqualTo(401);
  }

  @Test
  void whoeverLosesTheTokenOrTheRoleReadsNoStreamAnyMore() throws Exception {
    JsonNode taken = ours.token("viewer", Optional.empty());
    JsonNode kept = ours.token("viewer", Optional.empty());
    Client guest = ours.member("editor");
    String user = Client.tree(guest.get("/api/session").body()).get("user_id").asText();
    Reader byToken = Reader.of(nobody.as(taken.get("token").asText()), ours.execution());
    Reader byOther = Reader.of(nobody.as(kept.get("token").asText()), ours.execution());
    Reader byRole = Reader.of(guest, ours.execution());

    ours.admin().delete(ours.path("/tokens/" + taken.get("token_id").asText()));
    byToken.cutOff();
    assertThat(byRole.reads()).isTrue();
    ours.admin().delete(ours.path("/members/" + user));
    byRole.cutOff();
    assertThat(byOther.reads()).isTrue();
    ours.admin().delete(ours.path("/tokens/" + kept.get("token_id").asText()));
    byOther.cutOff();
  }

  @Test
  void nobodyMakesATokenThatActsAsAnotherPerson() {
    Client editor = ours.member("editor");
    String id = Client.tree(editor.get("/api/session").body()).get("user_id").asText();
    String wish = text(Map.of("name", "x", "scope", "viewer", "days", 1, "user_id", id));
    assertThat(ours.admin().post(ours.path("/tokens"), wish).statusCode()).isEqualTo(404);
    assertThat(server.operator().post(ours.path("/tokens"), wish).statusCode()).isEqualTo(404);
    assertThat(editor.post(ours.path("/tokens"), wish).statusCode()).isEqualTo(201);
  }

  @Test
  void aServiceAccountActsInItsTenantAlone() {
    JsonNode account =
        ours.admin()
            .json(
                ours.admin()
                    .post(
                        ours.path("/service-accounts"),
                        text(Map.of("name", "deployer", "role", "editor"))),
                201);
    JsonNode token = ours.token("editor", Optional.of(account.get("user_id").asText()));
    Client program = nobody.as(token.get("token").asText());
    assertThat(program.get("/api/status/" + ours.execution()).statusCode()).isEqualTo(200);
    assertThat(program.delete("/api/executions/" + ours.execution()).statusCode()).isEqualTo(403);
    assertThat(program.get("/api/status/" + nobody.create("# Other").id()).statusCode())
        .isEqualTo(404);
    assertThat(
            ours.admin()
                .post(
                    ours.path("/service-accounts"),
                    text(Map.of("name", "deployer", "role", "editor")))
                .statusCode())
        .isEqualTo(409);
  }

  @Test
  void aBrowserSignsInWithATokenAndNoOtherSiteCanUseItsCookie() {
    HttpResponse<String> signedIn = ours.admin().post("/api/session", "");
    assertThat(signedIn.statusCode()).isEqualTo(200);
    String header = signedIn.headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(header).contains("HttpOnly").containsIgnoringCase("SameSite=Lax");
    String cookie = header.substring(0, header.indexOf(';'));

    assertThat(withCookie("/api/status/" + ours.execution(), cookie).statusCode()).isEqualTo(200);
    assertThat(withCookie("/api/session", cookie).body())
        .contains(ours.owner().answer().get("user_id").asText(), "manage_members");
    assertThat(post(cookie, "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    assertThat(post(cookie, "Sec-Fetch-Site", "same-site").statusCode()).isEqualTo(403);
    assertThat(post(cookie, "Accept", "*/*").statusCode()).isEqualTo(403);
    assertThat(post(cookie, "Sec-Fetch-Site", "same-origin").statusCode()).isIn(202, 409);
    assertThat(post(cookie, "Origin", nobody.base()).statusCode()).isIn(202, 409);

    HttpResponse<String> out =
        nobody.send(
            nobody
                .request("/api/session")
                .header("Cookie", cookie)
                .header("Sec-Fetch-Site", "same-origin")
                .DELETE());
    assertThat(out.statusCode()).isEqualTo(204);
    assertThat(withCookie("/api/status/" + ours.execution(), cookie).statusCode()).isEqualTo(401);
  }

  private HttpResponse<String> withCookie(String path, String cookie) {
    return nobody.send(nobody.request(path).header("Cookie", cookie).GET());
  }

  private HttpResponse<String> post(String cookie, String header, String value) {
    return nobody.send(
        nobody
            .request("/api/cancel/" + ours.execution())
            .header("Cookie", cookie)
            .header(header, value)
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  @Test
  void everyAnswerTellsBrowsersToBeCareful() {
    for (String path : new String[] {"/api/session", "/q/openapi", "/nothing"}) {
      var headers = nobody.get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).as(path).contains("nosniff");
      assertThat(headers.firstValue("X-Frame-Options")).as(path).contains("DENY");
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .as(path)
          .contains("default-src 'none'")
          .doesNotContain("unsafe-inline");
      assertThat(headers.firstValue("Access-Control-Allow-Origin")).as(path).isEmpty();
      assertThat(headers.firstValue("Strict-Transport-Security")).as("no TLS").isEmpty();
    }
  }
}

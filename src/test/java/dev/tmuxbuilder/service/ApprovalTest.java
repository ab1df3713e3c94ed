package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What editors ask for waits for an admin's yes where the tenant wants that. */
@ExtendWith(SharedServer.class)
class ApprovalTest {
  private final ServerProcess server;
  private final Organisation ours;
  private final Client admin;
  private final Client editor;

  ApprovalTest(ServerProcess server) {
    this.server = server;
    ours = Organisation.of(server.client());
    admin = ours.admin();
    editor = ours.member("editor");
    ours.owner().completed();
  }

  @AfterEach
  void nothingRunsOn() {
    server.cancelWhatRuns();
  }

  private void ask(String... hosts) {
    JsonNode set =
        admin.json(
            admin.send(
                admin
                    .request(ours.path("/approvals"))
                    .header("Content-Type", "application/json")
                    .PUT(
                        HttpRequest.BodyPublishers.ofString(
                            text(Map.of("host_providers", List.of(hosts)))))),
            200);
    assertThat(set).isEqualTo(editor.json(editor.get(ours.path("/approvals")), 200));
  }

  private JsonNode waiting(Client.Created site) {
    return site.await(now -> now.get("status").asText().equals("waiting_input"));
  }

  private HttpResponse<String> approve(Client as, Client.Created site, int run) {
    return as.post("/api/approve/" + site.id(), text(Map.of("run", run)));
  }

  private JsonNode receipt(Client.Created site, int release) {
    return admin.json(admin.get("/api/executions/" + site.id() + "/receipts/" + release), 200);
  }

  private Client.Created byEditor(String brief) {
    Map<String, Object> wish = Client.wish(brief);
    wish.put("email", ours.email());
    JsonNode answer = editor.json(editor.post("/api/create-user", text(wish)), 202);
    return new Client.Created(editor, answer);
  }

  @Test
  void anEditorsSiteIsMadeAndPublishedOnlyWhenAnAdminSaysYes() {
    ask("local", "aws");
    Client.Created site = byEditor("# Waiting room\n\nWords.\n\n## Hours\n\nDaily.");
    JsonNode waits = waiting(site);
    assertThat(waits.get("url").isNull()).isTrue();
    assertThat(waits.get("release").isNull()).isTrue();
    assertThat(waits.at("/steps/2/status").asText()).isEqualTo("completed");
    assertThat(waits.at("/steps/3/status").asText()).isEqualTo("pending");
    assertThat(admin.get("/api/executions/" + site.id() + "/receipts/1").statusCode())
        .isEqualTo(404);

    assertThat(approve(editor, site, 1).statusCode()).isEqualTo(403);
    assertThat(approve(admin, site, 2).statusCode()).as("another run").isEqualTo(409);
    assertThat(admin.json(approve(admin, site, 1), 202).get("run").asInt()).isEqualTo(2);
    JsonNode live = site.completed();
    assertThat(new SiteReader(server, live.get("url").asText()).text("/")).contains("Waiting room");
    JsonNode receipt = receipt(site, 1);
    assertThat(receipt.get("approved_by").asText()).isEqualTo(ours.tenant());
    assertThat(receipt.get("requested_by").asText()).isNotEqualTo(ours.tenant());
    assertThat(receipt.get("checks").findValuesAsText("name"))
        .as("what the brief asks for is looked for")
        .anyMatch(name -> name.contains("brief"));
    assertThat(approve(admin, site, 2).statusCode()).as("nothing waits").isEqualTo(409);
  }

  @Test
  void aRedeployWaitsAndTheOldReleaseStaysLiveAndCancelEndsIt() throws IOException {
    ask("local");
    JsonNode before = ours.owner().status();
    SiteReader reader = new SiteReader(server, before.get("url").asText());
    String page = reader.text("/");
    Files.writeString(
        source().resolve("index.html"), page.replace("</main>", "<p>New.</p></main>"));
    editor.json(editor.post("/api/redeploy/" + ours.execution(), ""), 202);
    JsonNode waits = waiting(ours.owner());
    assertThat(waits.get("release")).isEqualTo(before.get("release"));
    assertThat(reader.text("/")).isEqualTo(page);
    assertThat(
            admin
                .json(admin.get("/api/executions/" + ours.execution() + "/runs/2/changes"), 200)
                .get("files")
                .findValuesAsText("path"))
        .as("what the yes would be to")
        .containsExactly("index.html");
    assertThat(editor.post("/api/redeploy/" + ours.execution(), "").statusCode()).isEqualTo(409);
    editor.json(editor.post("/api/cancel/" + ours.execution(), ""), 202);
    ours.owner().await(now -> now.get("status").asText().equals("cancelled"));
    assertThat(approve(admin, ours.owner(), 2).statusCode()).isEqualTo(409);
  }

  private Path source() {
    return server
        .dataDirectory()
        .resolve("users/" + ours.tenant() + "/sessions")
        .resolve(ours.owner().answer().get("session_id").asText())
        .resolve("source");
  }

  @Test
  void whoMaySayYesDoesNotWaitNorDoesGoingBackNorAnotherHost() {
    ask("local");
    admin.json(admin.post("/api/redeploy/" + ours.execution(), ""), 202);
    JsonNode live = ours.owner().completed();
    assertThat(live.get("run").asInt()).isEqualTo(2);
    assertThat(receipt(ours.owner(), live.get("release").asInt()).get("approved_by").asText())
        .isEqualTo(ours.tenant());
    editor.json(editor.post("/api/rollback/" + ours.execution(), text(Map.of("release", 1))), 202);
    ours.owner().completed();
    ask("aws", "azure");
    editor.json(editor.post("/api/redeploy/" + ours.execution(), ""), 202);
    JsonNode again = ours.owner().completed();
    assertThat(receipt(ours.owner(), again.get("release").asInt()).get("approved_by").isNull())
        .isTrue();
  }

  @Test
  void anAdminsTokenForAnEditorsWorkDoesNotSayYes() {
    ask("local");
    Client program = admin.as(ours.token("editor", Optional.empty()).get("token").asText());
    program.json(program.post("/api/redeploy/" + ours.execution(), ""), 202);
    waiting(ours.owner());
    assertThat(approve(program, ours.owner(), 2).statusCode()).isEqualTo(403);
  }
}

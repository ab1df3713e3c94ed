package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A person gets all that is kept, and is forgotten on request. */
@ExtendWith(SharedServer.class)
class PersonalDataTest {
  private final ServerProcess server;
  private final Client nobody;

  PersonalDataTest(ServerProcess server) {
    this.server = server;
    this.nobody = server.client();
  }

  @Test
  void theArchiveHoldsWhatIsKeptAndAfterTheErasureNothingIsButTheFact() throws Exception {
    Map<String, Object> wish = Client.wish("# Mine\n\nMy very own words.");
    String email = wish.get("email").toString();
    Client.Created site = nobody.create(wish);
    site.completed();
    Organisation host = Organisation.of(nobody);
    server.cancelWhatRuns();
    JsonNode invitation =
        host.admin()
            .json(
                host.admin()
                    .post(
                        host.path("/invitations"), text(Map.of("email", email, "role", "viewer"))),
                201);
    site.client()
        .json(
            site.client()
                .post(
                    "/api/invitations/accept",
                    text(Map.of("token", invitation.get("token").asText()))),
            200);
    String user = site.answer().get("user_id").asText();
    site.client()
        .json(
            site.client()
                .post(
                    "/api/tenants/" + user + "/tokens",
                    text(Map.of("name", "my program", "scope", "viewer", "days", 1))),
            201);
    Client elsewhere =
        nobody.as(
            site.client()
                .json(
                    site.client()
                        .post(
                            host.path("/tokens"),
                            text(Map.of("name", "as a guest", "scope", "viewer", "days", 1))),
                    201)
                .get("token")
                .asText());
    assertThat(elsewhere.get(host.path("/members")).statusCode()).isEqualTo(200);
    String url = site.status().get("url").asText();

    Map<String, byte[]> files = unzip(site.client().bytes("/api/user/" + user + "/export"));
    String folder = "sessions/" + site.answer().get("session_id").asText() + "/";
    assertThat(string(files, "user.json"))
        .contains(email, "+12025550123", "viewer", "first", "my program");
    assertThat(string(files, folder + "brief.md")).contains("My very own words.");
    assertThat(string(files, folder + "journal.jsonl").lines().count())
        .isEqualTo(site.status().get("next_since").asLong());
    assertThat(string(files, folder + "receipts.json")).contains("artifact_sha256");
    assertThat(string(files, folder + "tests.json")).contains("passed");
    assertThat(files).containsKey(folder + "files/source/index.html");
    assertThat(string(files, "audit.jsonl")).contains("/tokens");
    files.forEach(
        (name, bytes) ->
            assertThat(new String(bytes, StandardCharsets.ISO_8859_1))
                .as(name)
                .doesNotContain(site.client().token().orElseThrow()));

    JsonNode begun = site.client().json(site.client().delete("/api/user/" + user), 202);
    assertThat(begun.get("sites").asInt()).isEqualTo(1);
    assertThat(site.client().get("/api/session").statusCode()).as("its token").isEqualTo(401);
    assertThat(elsewhere.get("/api/session").statusCode()).as("one elsewhere").isEqualTo(401);
    Client operator = server.operator();
    Awaitility.await("everything is gone")
        .atMost(Duration.ofSeconds(60))
        .until(() -> operator.get("/api/user/" + user + "/sessions").statusCode() == 404);

    assertThat(server.dataDirectory().resolve("users").resolve(user)).doesNotExist();
    assertThat(new SiteReader(server, url).get("/").status()).isEqualTo(404);
    assertThat(rowsWith(user, email)).isEmpty();
    assertThat(operator.get("/api/tenants/" + user + "/audit").body())
        .as("the fact")
        .contains("\"DELETE\"", "/api/user/" + user, "\"ERASED\"")
        .doesNotContain(email);
    assertThat(host.admin().get(host.path("/members")).body()).doesNotContain(user);
    assertThat(nobody.create(wish).answer().get("is_new_user").asBoolean())
        .as("who comes again is new")
        .isTrue();
    server.cancelWhatRuns();
  }

  private static String string(Map<String, byte[]> files, String name) {
    assertThat(files).containsKey(name);
    return new String(files.get(name), StandardCharsets.UTF_8);
  }

  static Map<String, byte[]> unzip(byte[] archive) throws Exception {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(archive))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }

  /** Whatever table there is, now or later: those that still know the person. */
  private List<String> rowsWith(String user, String email) throws Exception {
    List<String> found = new ArrayList<>();
    try (Connection superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      for (String table :
          ServerDatabase.texts(
              superuser,
              "select tablename from pg_tables where schemaname = 'public'"
                  + " and tablename not in ('audit', 'tenants', 'flyway_schema_history')")) {
        found.addAll(
            ServerDatabase.texts(
                superuser,
                "select '"
                    + table
                    + ": ' || t::text from \""
                    + table
                    + "\" t"
                    + " where t::text ilike '%"
                    + user
                    + "%' or t::text ilike '%"
                    + email
                    + "%'"));
      }
    }
    return found;
  }

  @Test
  void onlyThePersonAndAdminsOfTheTenantGetTheArchive() throws Exception {
    Organisation ours = Organisation.of(nobody);
    Client editor = ours.member("editor");
    server.cancelWhatRuns();
    String path = "/api/user/" + ours.tenant();
    assertThat(editor.get(path + "/export").statusCode()).isEqualTo(403);
    assertThat(editor.delete(path).statusCode()).isEqualTo(403);
    assertThat(nobody.create("# X").client().get(path + "/export").statusCode()).isEqualTo(404);
    Client scoped =
        nobody.as(ours.token("viewer", java.util.Optional.empty()).get("token").asText());
    assertThat(scoped.delete(path).statusCode()).as("a token that only looks").isEqualTo(403);
    server.cancelWhatRuns();
    Path temporary = server.dataDirectory().resolve("tmp");
    assertThat(unzip(ours.admin().bytes(path + "/export"))).containsKey("user.json");
    Awaitility.await("nothing is left behind")
        .until(
            () -> {
              try (var left = Files.list(temporary)) {
                return left.noneMatch(file -> file.getFileName().toString().startsWith("export"));
              }
            });
  }
}

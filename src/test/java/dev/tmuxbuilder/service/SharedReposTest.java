package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repositories of the operator's as the start of sites, and as parts of them. */
class SharedReposTest {
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>The plain template</title>
      <meta name="description" content="A template that is plain.">
      <link rel="icon" href="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
      </head>
      <body><main><h1>The plain template</h1><p>Fill me.</p></main></body>
      </html>
      """;

  private static @TempDir Path folder;
  private static Path repos;
  private static ServerProcess server;

  @BeforeAll
  static void start() throws Exception {
    repos = Files.createDirectory(folder.resolve("repos"));
    Path plain = repository("plain", Map.of("index.html", PAGE, "README.md", "# P\n\nPlain HTML."));
    git(
        repos,
        "clone",
        "--quiet",
        "--bare",
        plain.toString(),
        repos.resolve("bare.git").toString());
    Files.writeString(repos.resolve("bare.git/description"), "Bare of all\n");
    repository("huge", Map.of("index.html", "x".repeat(200_000)));
    Files.createDirectory(repos.resolve("no-repository"));
    Files.writeString(folder.resolve("secret.txt"), "outside");
    Files.createSymbolicLink(repos.resolve("linked"), plain);
    server =
        new ServerProcess(folder.resolve("data"))
            .with("TMUXBUILDER_SHARED_REPOS_DIR", repos.toString())
            .with("TMUXBUILDER_SHARED_REPOS_MAX_BYTES", "100000")
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Path repository(String name, Map<String, String> files) throws Exception {
    Path repository = Files.createDirectory(repos.resolve(name));
    git(repository, "init", "--quiet");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(repository.resolve(file.getKey()), file.getValue());
    }
    git(repository, "add", "--all");
    git(repository, "commit", "--quiet", "-m", "first");
    return repository;
  }

  private static String git(Path directory, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                "git",
                "-c",
                "user.name=op",
                "-c",
                "user.email=op@localhost",
                "-c",
                "safe.directory=*"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
    return said.strip();
  }

  private static Map<String, Object> wish(String template) {
    Map<String, Object> wish = new LinkedHashMap<>(Client.wish(""));
    wish.put("template", template);
    return wish;
  }

  private static Path source(Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users")
        .resolve(site.answer().get("user_id").asText())
        .resolve("sessions")
        .resolve(site.answer().get("session_id").asText())
        .resolve("source");
  }

  private static HttpResponse<String> copy(Client.Created site, String name, String folder) {
    return site.client()
        .post(
            "/api/shared-repos/" + name + "/clone",
            Client.text(Map.of("execution_id", site.id(), "folder", folder)));
  }

  @Test
  void aSiteBeginsAsATemplateAndTakesUpAnother() throws Exception {
    Map<String, Long> before = files();
    Map<String, Object> wish = wish("plain");
    Client.Created site = server.client().create(wish);
    SiteReader reader = new SiteReader(server, site.completed().get("url").asText());

    assertThat(reader.text("/")).isEqualTo(PAGE);
    assertThat(git(source(site), "log", "--reverse", "--format=%ae %s"))
        .startsWith(wish.get("email") + " From the template plain");
    assertThat(git(source(site), "remote")).as("there is no way back").isEmpty();

    JsonNode all = site.client().json(site.client().get("/api/shared-repos"), 200).get("repos");
    assertThat(all.findValuesAsText("name")).containsExactly("bare", "huge", "plain");
    assertThat(all.findValuesAsText("description"))
        .containsExactly("Bare of all", "", "Plain HTML.");
    assertThat(all.get(2).get("bytes").asLong()).isEqualTo(PAGE.length() + 16);
    assertThat(all.get(2).get("changed_at").asText()).startsWith("20");
    assertThat(all.get(1).get("too_large").asBoolean()).isTrue();

    JsonNode copied = site.client().json(copy(site, "bare", "more/bare"), 200);
    assertThat(git(source(site), "log", "-1", "--format=%H %ae"))
        .isEqualTo(copied.get("commit").asText() + " " + wish.get("email"));
    assertThat(source(site).resolve("more/bare/index.html")).hasContent(PAGE);
    assertThat(copy(site, "bare", "more/bare").statusCode()).isEqualTo(409);
    assertThat(copy(site, "huge", "huge").statusCode()).isEqualTo(413);
    assertThat(files()).as("nothing is written to what is shared").isEqualTo(before);
  }

  private static Map<String, Long> files() throws IOException {
    Map<String, Long> files = new TreeMap<>();
    try (Stream<Path> tree = Files.walk(repos)) {
      for (Path file : tree.toList()) {
        files.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return files;
  }

  @Test
  void hostileNamesLeadNowhere() throws Exception {
    Client.Created site = server.client().create("# Hello");
    site.end();
    Path outside = Files.createDirectory(folder.resolve("outside"));
    Files.createSymbolicLink(source(site).resolve("link"), outside);
    for (String name :
        List.of(
            "..%2fdata",
            "..",
            "-x",
            "--upload-pack=touch",
            ".git",
            "linked",
            "no-repository",
            "plain%2f..%2fhuge",
            "plain%00",
            "a".repeat(300))) {
      assertThat(copy(site, name, "here").statusCode()).as(name).isIn(400, 404, 405);
    }
    for (String into : List.of("..", "../x", "/tmp/x", ".git", "-x", "a/../b", "a//b", "")) {
      assertThat(copy(site, "plain", into).statusCode()).as(into).isEqualTo(400);
    }
    assertThat(copy(site, "plain", "link").statusCode()).isEqualTo(409);
    assertThat(copy(site, "plain", "link/x").statusCode()).isEqualTo(409);
    assertThat(outside).isEmptyDirectory();

    for (String name : List.of("../data", "-x", "linked", "missing", "")) {
      HttpResponse<String> answer =
          server.client().post("/api/create-user", Client.text(wish(name)));
      assertThat(answer.statusCode()).as(name).isEqualTo(400);
      assertThat(answer.body()).contains("template");
    }
    assertThat(server.client().post("/api/create-user", Client.text(wish("huge"))).statusCode())
        .isEqualTo(413);

    Client.Created other = server.client().create("# Other");
    assertThat(
            other
                .client()
                .post(
                    "/api/shared-repos/plain/clone", Client.text(Map.of("execution_id", site.id())))
                .statusCode())
        .isEqualTo(404);
  }
}

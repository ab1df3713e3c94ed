package dev.tmuxbuilder.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tmuxbuilder.service.FakeMessages.Reply;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures and documents that users send: they reach the agent, the site, and nobody else. */
class FilesTest {
  private static final byte[] PHOTO = picture();
  private static final byte[] PRICES = "bread,4.20\nroll,0.90\n".getBytes(StandardCharsets.UTF_8);

  private static @TempDir Path folder;
  private static final FakeMessages MODEL = new FakeMessages();
  private static ServerProcess server;

  @BeforeAll
  static void start() {
    server =
        new ServerProcess(folder.resolve("data"))
            .with("ANTHROPIC_BASE_URL", MODEL.url())
            .with("ANTHROPIC_API_KEY", "k" + UUID.randomUUID())
            .with(
                "TMUXBUILDER_CLAUDE_NODE_MODULES",
                Path.of("src/main/node/claude/node_modules").toAbsolutePath().toString())
            .start();
  }

  @AfterAll
  static void stop() {
    server.close();
    MODEL.close();
  }

  static byte[] picture() {
    BufferedImage image = new BufferedImage(320, 200, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    pen.setColor(Color.ORANGE);
    pen.fillOval(40, 30, 200, 140);
    pen.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException impossible) {
      throw new AssertionError(impossible);
    }
    return png.toByteArray();
  }

  private static Map<String, Object> wish(String agent) {
    Map<String, Object> wish =
        new LinkedHashMap<>(Client.wish("# Bread and salt\n\nA small bakery."));
    wish.put("agent", agent);
    return wish;
  }

  private static HttpResponse<String> send(Client as, String path, Multipart form) {
    return as.send(form.to(as.request(path)));
  }

  private static Client.Created created(HttpResponse<String> answer) {
    JsonNode told = server.client().json(answer, 202);
    return new Client.Created(server.client().as(told.get("access_token").asText()), told);
  }

  private static String session(Client.Created site) {
    return site.answer().get("session_id").asText();
  }

  private static String workspace(Client.Created site) {
    return server
        .dataDirectory()
        .resolve("users/" + site.answer().get("user_id").asText())
        .resolve("sessions/" + session(site))
        .toString();
  }

  private static Reply page(Client.Created site, String words, String picture) {
    String content =
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Bread and salt</title><meta name="description" content="A small bakery.">
        <link rel="icon" href="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
        </head><body><main><h1>Bread and salt</h1><p>A small bakery.</p><p>%s</p>
        <img src="%s" alt="A loaf" width="320" height="200"></main></body></html>
        """
            .formatted(words, picture);
    return new Reply.Use(
        "Write", Map.of("file_path", workspace(site) + "/source/index.html", "content", content));
  }

  private static Reply read(Client.Created site, String path) {
    return new Reply.Use("Read", Map.of("file_path", workspace(site) + "/" + path));
  }

  private static Reply place(String file, String path) {
    return new Reply.Use("mcp__tmux-builder__place_file", Map.of("file", file, "path", path));
  }

  private static byte[] served(String url) throws Exception {
    return new SiteReader(server, url).get("/pictures/loaf.png").body();
  }

  @Test
  void aBriefsPicturesAreSeenByTheAgentAndShownOnTheSite() throws Exception {
    Client.Created site =
        created(
            send(
                server.client(),
                "/api/create-user",
                Multipart.of(wish("claude"))
                    .file("C:\\photos\\.Loaf of bread.PNG", PHOTO)
                    .file("prices.csv", PRICES)));
    MODEL.script(
        session(site),
        read(site, "files/brief/Loaf of bread.png"),
        read(site, "files/brief/prices.csv"),
        place("files/brief/Loaf of bread.png", "pictures/loaf.png"),
        page(site, "Bread is 4.20.", "pictures/loaf.png"),
        new Reply.Say("Made."));
    String url = site.completed().get("url").asText();

    assertThat(served(url)).isEqualTo(PHOTO);
    String asked = MODEL.requests(session(site)).getLast().toString();
    assertThat(asked)
        .contains("With it came these files: files/brief/Loaf of bread.png, files/brief/prices.csv")
        .contains("\"media_type\":\"image/")
        .contains("roll,0.90");
    JsonNode files = files(site);
    assertThat(files.findValuesAsText("name")).containsExactly("Loaf of bread.png", "prices.csv");
    assertThat(files.findValuesAsText("media_type")).containsExactly("image/png", "text/csv");
    for (JsonNode file : files) {
      String path = "/api/executions/" + site.id() + "/files/" + file.get("file_id").asText();
      HttpResponse<byte[]> got =
          Client.send(site.client().request(path), BodyHandlers.ofByteArray());
      assertThat(got.body()).isEqualTo(file.get("bytes").asInt() > 100 ? PHOTO : PRICES);
      assertThat(got.headers().firstValue("x-content-type-options")).contains("nosniff");
      assertThat(got.headers().firstValue("content-security-policy").orElseThrow())
          .contains("sandbox");
      Client stranger = server.client().create("# Another").client();
      assertThat(stranger.get(path).statusCode()).isEqualTo(404);
    }
  }

  private static JsonNode files(Client.Created site) {
    return site.client()
        .json(site.client().get("/api/executions/" + site.id() + "/files"), 200)
        .get("files");
  }

  @Test
  void aMessagesPictureComesWithTheMessageAndIsInTheHistory() throws Exception {
    Client.Created site = server.client().create(wish("claude"));
    MODEL.script(session(site), page(site, "First.", "data:image/gif;base64,R0lGODlhAQABAAAAACw="));
    String url = site.completed().get("url").asText();
    MODEL.waitForScript(session(site));
    JsonNode said =
        site.client()
            .json(
                send(
                    site.client(),
                    "/api/chat/" + site.id(),
                    Multipart.of(Map.of("message", "Show this 🍞"))
                        .file("image.png", PHOTO)
                        .file("image.png", PHOTO)),
                202);
    String at = "files/" + said.get("message_id").asText() + "/";
    MODEL.script(
        session(site),
        read(site, "source/index.html"),
        place(at + "image-2.png", "pictures/loaf.png"),
        page(site, "Second.", "pictures/loaf.png"),
        new Reply.Say("It is shown."));
    assertThat(site.completed().get("release").asInt()).isEqualTo(2);
    assertThat(served(url)).isEqualTo(PHOTO);
    JsonNode history =
        site.client().json(site.client().get("/api/chat/" + site.id()), 200).get("messages");
    assertThat(history.get(0).get("text").asText()).isEqualTo("Show this 🍞");
    assertThat(history.get(0).get("files").findValuesAsText("name"))
        .containsExactly("image.png", "image-2.png");
    assertThat(history.get(1).get("files")).isEmpty();
    assertThat(MODEL.requests(session(site)).getLast().toString())
        .contains("With it came these files: " + at + "image.png, " + at + "image-2.png");
  }

  @Test
  void whatAPersonSentIsInTheArchiveAndGoneAfterTheErasure() throws Exception {
    Client.Created site =
        created(
            send(
                server.client(),
                "/api/create-user",
                Multipart.of(wish("claude")).file("prices.csv", PRICES)));
    MODEL.script(session(site), page(site, "First.", "data:image/gif;base64,R0lGODlhAQABAAAAACw="));
    site.completed();
    MODEL.script(session(site), page(site, "Second.", "pictures/loaf.png"), new Reply.Say("Done."));
    JsonNode said =
        site.client()
            .json(
                send(
                    site.client(),
                    "/api/chat/" + site.id(),
                    Multipart.of(Map.of("message", "Show it")).file("loaf.png", PHOTO)),
                202);
    site.end();
    String message = "files/" + said.get("message_id").asText() + "/loaf.png";
    assertThat(Path.of(workspace(site), message)).hasBinaryContent(PHOTO);
    Files.delete(Path.of(workspace(site), "files/brief/prices.csv")); // as on another node

    String user = "/api/user/" + site.answer().get("user_id").asText();
    Map<String, byte[]> archive = PersonalDataTest.unzip(site.client().bytes(user + "/export"));
    String files = "sessions/" + session(site) + "/files/";
    assertThat(archive.get(files + "files/brief/prices.csv")).isEqualTo(PRICES);
    assertThat(archive.get(files + message)).isEqualTo(PHOTO);

    site.client().json(site.client().delete(user), 202);
    Awaitility.await("everything is gone")
        .atMost(Duration.ofSeconds(60))
        .until(() -> server.operator().get(user + "/sessions").statusCode() == 404);
    assertThat(Path.of(workspace(site))).doesNotExist();
    try (var superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      assertThat(
              ServerDatabase.texts(
                  superuser,
                  "select name from attachments where execution_id = '" + site.id() + "'"))
          .isEmpty();
    }
  }

  @Test
  void whatIsNoPictureOrDocumentIsRefusedAndNothingIsMade() throws Exception {
    int before = sites();
    byte[] page = "<!doctype html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
    Map<String, Multipart> refused = new LinkedHashMap<>();
    refused.put("a program", Multipart.of(wish("claude")).file("run.exe", PHOTO));
    refused.put("no ending", Multipart.of(wish("claude")).file("png", PHOTO));
    refused.put("a page in a picture's name", Multipart.of(wish("claude")).file("a.png", page));
    refused.put("a picture as a text", Multipart.of(wish("claude")).file("a.txt", PHOTO));
    refused.put("a picture of another kind", Multipart.of(wish("claude")).file("a.jpg", PHOTO));
    refused.put("nothing", Multipart.of(wish("claude")).file("a.png", new byte[0]));
    refused.put("no name", Multipart.of(wish("claude")).field("file", "text"));
    refused.put("a file elsewhere", Multipart.of(wish("claude")).file("template", "a.png", PHOTO));
    refused.put("an unknown field", Multipart.of(wish("claude")).field("colour", "red"));
    refused.put("a field twice", Multipart.of(wish("claude")).field("agent", "claude"));
    refused.put("an agent that reads none", Multipart.of(wish("starter")).file("a.png", PHOTO));
    Multipart many = Multipart.of(wish("claude"));
    for (int i = 0; i < 11; i++) {
      many.file("a" + i + ".png", PHOTO);
    }
    refused.put("too many", many);
    refused.forEach(
        (why, form) -> {
          HttpResponse<String> answer = send(server.client(), "/api/create-user", form);
          assertThat(answer.statusCode()).as(why + ": " + answer.body()).isEqualTo(400);
          assertThat(Client.tree(answer.body()).get("errors")).as(why).hasSize(1);
        });

    byte[] large = new byte[11 * 1024 * 1024];
    System.arraycopy(PHOTO, 0, large, 0, PHOTO.length);
    Multipart tooLarge = Multipart.of(wish("claude")).file("large.png", large);
    HttpResponse<String> answer = send(server.client(), "/api/create-user", tooLarge);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
    assertThat(Client.tree(answer.body()).at("/errors/0/field").asText()).isEqualTo("file");
    String long65 = "x".repeat(65 * 1024);
    Map<String, Object> longBrief = wish("claude");
    longBrief.put("requirements", long65);
    assertThat(send(server.client(), "/api/create-user", Multipart.of(longBrief)).statusCode())
        .isEqualTo(413);
    assertThat(sites()).isEqualTo(before);
    try (Stream<Path> left = Files.walk(server.dataDirectory().resolve("tmp"))) {
      assertThat(left.filter(Files::isRegularFile).filter(FilesTest::isOurs)).isEmpty();
    }
  }

  private static boolean isOurs(Path file) {
    return file.toString().contains("uploads");
  }

  private static int sites() throws Exception {
    try (var superuser = new ServerDatabase(server.dataDirectory()).asSuperuser()) {
      return Integer.parseInt(
          ServerDatabase.texts(superuser, "select count(*)::text from executions").getFirst());
    }
  }

  @Test
  void aBodyThatDoesNotTellItsLengthIsCutOff() {
    byte[] endless = new byte[3 * 1024 * 1024];
    HttpResponse<String> json =
        server
            .client()
            .send(
                server
                    .client()
                    .request("/api/create-user")
                    .header("Content-Type", "application/json")
                    .POST(
                        HttpRequest.BodyPublishers.fromPublisher(
                            HttpRequest.BodyPublishers.ofByteArray(endless))));
    assertThat(json.statusCode()).as(json.body()).isEqualTo(413);
  }

  @Test
  void aKeyThatWasUsedForOtherFilesIsRefused() {
    Map<String, Object> wish = wish("claude");
    String key = UUID.randomUUID().toString();
    Client client = server.client();
    HttpResponse<String> first =
        client.send(
            Multipart.of(wish)
                .file("a.png", PHOTO)
                .to(client.request("/api/create-user").header("Idempotency-Key", key)));
    HttpResponse<String> again =
        client.send(
            Multipart.of(wish)
                .file("a.png", PHOTO)
                .to(client.request("/api/create-user").header("Idempotency-Key", key)));
    HttpResponse<String> other =
        client.send(
            Multipart.of(wish)
                .file("a.csv", PRICES)
                .to(client.request("/api/create-user").header("Idempotency-Key", key)));
    assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
    assertThat(Client.tree(again.body()).get("execution_id"))
        .isEqualTo(Client.tree(first.body()).get("execution_id"));
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(files(created(first)).findValuesAsText("name")).isEqualTo(List.of("a.png"));
  }
}

package dev.tmuxbuilder.agent.starter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.SiteType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dynamic site's server, run by a real Node.js. */
class ServerTest {
  private static final String BOOK =
      "# Inn\n\n## Rooms\n\nOur guests sleep well.\n\n## Food\n\nSoup.";
  private static final String SHOP =
      "# Workshop\n\n## Bicycles\n\nWe mend them.\n\n## Prices\n\nFair.";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private record Server(Process process, int port) {
    URI at(String path) {
      return URI.create("http://127.0.0.1:" + port + path);
    }
  }

  @TempDir Path temp;
  private Path source;
  private Path data;
  private Server server;

  @BeforeEach
  void start() throws IOException {
    source = temp.resolve("source");
    data = temp.resolve("data");
    Made.of(source, SiteType.DYNAMIC, BOOK);
    server = launch();
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.process().destroyForcibly().waitFor();
  }

  @Test
  void theHealthCheckNamesTheRelease() throws Exception {
    HttpResponse<String> answer = get("/healthz");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"status\":\"ok\",\"release\":\"5eed\"}");
  }

  @Test
  void anEntryIsInTheBookAtOnceAndAfterARestart() throws Exception {
    String words = "Lovely <script>alert(1)</script> {{7*7}} & \"soup\"";
    HttpResponse<String> posted = post(Map.of("name", "Ana", "mail", "", "text", words));

    assertThat(posted.statusCode()).isEqualTo(303);
    String location = posted.headers().firstValue("location").orElseThrow();
    Document page = Jsoup.parse(get(location.replaceFirst("#.*", "")).body());
    assertThat(page.select(".entry p").first().wholeText()).isEqualTo(words);
    assertThat(page.select("[role=status]").text()).isNotBlank();
    assertThat(page.select("script")).isEmpty();

    terminate();
    Files.writeString(
        data.resolve("guestbook.jsonl"),
        Files.readString(data.resolve("guestbook.jsonl")) + "{\"id\":\"torn");
    server = launch();

    assertThat(entries()).contains(words);
    assertThat(post(Map.of("name", "Bo", "text", "After the crash")).statusCode()).isEqualTo(303);
    assertThat(entries()).contains(words).contains("After the crash");
  }

  @Test
  void whatIsMissingIsSaidAndWhatWasWrittenStays() throws Exception {
    HttpResponse<String> answer =
        post(Map.of("name", "", "mail", "nonsense\"><b>", "text", "Keep me"));

    assertThat(answer.statusCode()).isEqualTo(422);
    Document page = Jsoup.parse(answer.body());
    assertThat(page.select("#_name-hint, #_mail-hint")).hasSize(2);
    assertThat(page.select("textarea").val()).isEqualTo("Keep me");
    assertThat(page.select("form").attr("data-check")).isEqualTo("echo");
    assertThat(page.select("form b")).isEmpty();
    assertThat(data.resolve("guestbook.jsonl")).doesNotExist();
  }

  @Test
  void robotsGiantsAndStrangersAreRefused() throws Exception {
    assertThat(post(Map.of("name", "R", "text", "Buy!", "website", "http://x")).statusCode())
        .isEqualTo(303);
    assertThat(post(Map.of("name", "G", "text", "x".repeat(40_000))).statusCode()).isEqualTo(413);
    HttpRequest json =
        HttpRequest.newBuilder(server.at("/guestbook/"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build();
    assertThat(HTTP.send(json, BodyHandlers.ofString()).statusCode()).isEqualTo(415);
    assertThat(data.resolve("guestbook.jsonl")).doesNotExist();
  }

  @Test
  void tooManyEntriesInAMinuteAreRefused() throws Exception {
    int last = 0;
    for (int i = 0; i < 50 && last != 429; i++) {
      last = post(Map.of("name", "Q", "text", "Quick " + i)).statusCode();
    }
    assertThat(last).isEqualTo(429);
  }

  @Test
  void aTrialEntryIsShownToItsWriterAloneAndNotKept() throws Exception {
    HttpResponse<String> posted =
        post(Map.of("name", "T", "mail", "t@check.invalid", "text", "On trial"));

    assertThat(posted.statusCode()).isEqualTo(303);
    assertThat(get(posted.headers().firstValue("location").orElseThrow()).body())
        .contains("On trial");
    assertThat(get("/guestbook/").body()).doesNotContain("On trial");
    assertThat(data.resolve("guestbook.jsonl")).doesNotExist();
  }

  @Test
  void aTrialEntryIsShownByAnotherProcessOnTheSameData() throws Exception {
    Server first = server;
    HttpResponse<String> posted =
        post(Map.of("name", "T", "mail", "t@check.invalid", "text", "On trial"));
    try {
      server = launch();

      assertThat(get(posted.headers().firstValue("location").orElseThrow()).body())
          .contains("On trial");
    } finally {
      first.process().destroyForcibly().waitFor();
    }
  }

  @Test
  void aMessageIsKeptAndRepeatedToItsSenderAlone() throws Exception {
    terminate();
    source = temp.resolve("shop");
    Made.of(source, SiteType.DYNAMIC, SHOP);
    server = launch();

    HttpResponse<String> posted =
        send("/message/", Map.of("name", "Ana", "mail", "ana@example.com", "text", "A flat tyre"));

    assertThat(posted.statusCode()).isEqualTo(303);
    assertThat(get(posted.headers().firstValue("location").orElseThrow()).body())
        .contains("A flat tyre");
    assertThat(get("/message/").body()).doesNotContain("A flat tyre");
    assertThat(data.resolve("messages.jsonl")).content().contains("A flat tyre");
  }

  @Test
  void filesAreServedWithTypeTagAndTheRightCaching() throws Exception {
    HttpResponse<String> home = get("/");
    String css = "/" + Jsoup.parse(home.body()).select("link[rel=stylesheet]").attr("href");
    HttpResponse<String> sheet = get(css);

    assertThat(home.headers().firstValue("cache-control")).contains("no-cache");
    assertThat(home.headers().firstValue("content-security-policy")).isPresent();
    assertThat(sheet.headers().firstValue("content-type")).contains("text/css; charset=utf-8");
    assertThat(sheet.headers().firstValue("cache-control").orElse("")).contains("immutable");
    HttpRequest again =
        HttpRequest.newBuilder(server.at("/"))
            .header("if-none-match", home.headers().firstValue("etag").orElseThrow())
            .build();
    assertThat(HTTP.send(again, BodyHandlers.ofString()).statusCode()).isEqualTo(304);
    HttpRequest head =
        HttpRequest.newBuilder(server.at("/")).method("HEAD", BodyPublishers.noBody()).build();
    HttpResponse<String> bodiless = HTTP.send(head, BodyHandlers.ofString());
    assertThat(bodiless.body()).isEmpty();
    assertThat(bodiless.headers().firstValue("content-length"))
        .isEqualTo(home.headers().firstValue("content-length"));
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    assertThat(get("/nowhere").body()).contains("<h1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../server.mjs",
        "/%2e%2e/server.mjs",
        "/..%2fpages%2fsite.json",
        "/.%00/x",
        "//etc/passwd",
        "/pages/site.json",
        "/server.mjs",
        "/rooms/..%5c..%5cserver.mjs"
      })
  void noPathLeadsOutOfThePublicPages(String path) throws Exception {
    assertThat(raw("GET " + path + " HTTP/1.0\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 404");
  }

  @Test
  void anAddressThatIsNoneIsABadRequest() throws Exception {
    assertThat(raw("GET /%ff HTTP/1.0\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 400");
    assertThat(raw("DELETE / HTTP/1.0\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 405");
  }

  @Test
  void aRequestInFlightIsFinishedBeforeTheServerStops() throws Exception {
    String form = "name=Late&text=In+flight";
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      String head =
          "POST /guestbook/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              + "Content-Length: "
              + form.length()
              + "\r\nExpect: 100-continue\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(UTF_8));
      socket.getInputStream().readNBytes(1);
      server.process().destroy();
      socket.getOutputStream().write(form.getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).contains("303 See Other");
    }
    assertThat(server.process().waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(server.process().exitValue()).isZero();
    assertThat(data.resolve("guestbook.jsonl")).content().contains("In flight");
  }

  private String entries() throws Exception {
    return Jsoup.parse(get("/guestbook/").body()).select(".entries").first().wholeText();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(server.at(path)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(Map<String, String> fields) throws Exception {
    return send("/guestbook/", fields);
  }

  private HttpResponse<String> send(String path, Map<String, String> fields) throws Exception {
    String form =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(server.at(path))
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(request.getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private void terminate() throws InterruptedException {
    server.process().destroy();
    assertThat(server.process().waitFor(5, TimeUnit.SECONDS)).isTrue();
  }

  private Server launch() throws IOException {
    ProcessBuilder builder = new ProcessBuilder("node", "server.mjs").directory(source.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin"));
    builder.environment().put("PORT", "0");
    builder.environment().put("HOST", "127.0.0.1");
    builder.environment().put("DATA_DIR", data.toString());
    builder.environment().put("RELEASE", "5eed");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String line =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
    if (line == null) {
      throw new IOException("node ended with " + process.onExit().join().exitValue());
    }
    return new Server(process, Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
  }
}

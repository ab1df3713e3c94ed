package dev.tmuxbuilder.hosting.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.SiteType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a visitor gets from a static site, over real HTTP. */
class StaticServingTest {
  private static final String LONG_TEXT = "All work and no play. ".repeat(200);
  private static final byte[] LARGE = large();

  @TempDir static Path temp;
  static LocalSites sites;
  static Artifact artifact;

  @BeforeAll
  static void serve() throws IOException {
    Path root = temp.resolve("source");
    Files.createDirectories(root);
    Files.write(root.resolve("film.mp4"), LARGE);
    artifact =
        Artifacts.of(
            root,
            Map.ofEntries(
                Map.entry("index.html", "<h1>Home</h1>"),
                Map.entry("menu/index.html", "<h1>Menu</h1>"),
                Map.entry("404.html", "<h1>Lost</h1>"),
                Map.entry("robots.txt", "User-agent: *\n"),
                Map.entry("LICENSE", "free"),
                Map.entry("site.3f2a9c1b.css", LONG_TEXT),
                Map.entry("photo-20240101.jpg", "jpeg"),
                Map.entry("style.css", LONG_TEXT),
                Map.entry("empty.txt", ""),
                Map.entry("Brötchen & Käse/größe 1.txt", "Unicode"),
                Map.entry("日本語.html", "<p>日本語</p>"),
                Map.entry("100%.txt", "percent"),
                Map.entry("a+b.txt", "plus"),
                Map.entry(".git/config", "private"),
                Map.entry(".env", "private"),
                Map.entry(".well-known/security.txt", "Contact: us")));
    sites = LocalSites.on(temp.resolve("data"));
    sites.deploy("bakery", SiteType.STATIC, artifact);
  }

  @AfterAll
  static void stop() throws Exception {
    sites.close();
  }

  private static byte[] large() {
    byte[] bytes = new byte[3 << 20];
    new java.util.Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void theHomePageComesWithEverythingACacheNeeds() throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("<h1>Home</h1>");
    assertThat(answer.headers())
        .containsEntry("content-type", "text/html; charset=utf-8")
        .containsEntry("content-length", "13")
        .containsEntry("cache-control", "no-cache")
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("x-release", artifact.sha256())
        .containsEntry("accept-ranges", "bytes")
        .containsKeys("date", "last-modified");
    assertThat(answer.header("etag")).matches("\"[0-9a-f]{64}\"");
  }

  @Test
  void everyPublicFileOfTheArtifactIsServedByteForByte() throws IOException {
    for (Artifact.File file : artifact.files()) {
      if (file.path().startsWith(".git") || file.path().startsWith(".env")) {
        continue;
      }
      RawHttp.Answer answer = sites.get("bakery", "/" + RequestPath.encode(file.path()));

      assertThat(answer.status()).as(file.path()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(Files.readAllBytes(artifact.root().resolve(file.path())));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/robots.txt, text/plain; charset=utf-8",
    "/LICENSE, application/octet-stream",
    "/style.css, text/css; charset=utf-8",
    "/photo-20240101.jpg, image/jpeg"
  })
  void eachKindOfFileHasItsType(String path, String type) throws IOException {
    assertThat(sites.get("bakery", path).header("content-type")).isEqualTo(type);
  }

  @Test
  void onlyNamesWithAHashAreKeptForEver() throws IOException {
    assertThat(sites.get("bakery", "/site.3f2a9c1b.css").header("cache-control"))
        .isEqualTo("public, max-age=31536000, immutable");
    assertThat(sites.get("bakery", "/style.css").header("cache-control")).isEqualTo("no-cache");
    assertThat(sites.get("bakery", "/photo-20240101.jpg").header("cache-control"))
        .isEqualTo("public, max-age=300");
  }

  @Test
  void aDirectoryWithoutItsSlashIsMovedAndKeepsItsQuery() throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/menu?day=1");

    assertThat(answer.status()).isEqualTo(308);
    assertThat(answer.header("location")).isEqualTo("/menu/?day=1");
    assertThat(sites.get("bakery", "/menu/").text()).isEqualTo("<h1>Menu</h1>");
  }

  @Test
  void whatIsNotThereShowsTheSitesOwnPage() throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/cake");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("<h1>Lost</h1>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/.git/config", "/.env", "/%2egit/config", "/%2Eenv", "/.git/", "/.git"})
  void hiddenFilesStayPrivate(String path) throws IOException {
    assertThat(sites.get("bakery", path).status()).isEqualTo(404);
  }

  @Test
  void theWellKnownDirectoryIsPublic() throws IOException {
    assertThat(sites.get("bakery", "/.well-known/security.txt").status()).isEqualTo(200);
  }

  @Test
  void headTellsTheSameWithoutTheBody() throws IOException {
    RawHttp.Answer get = sites.get("bakery", "/style.css");
    RawHttp.Answer head = sites.send("HEAD", "bakery", "/style.css");

    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
    assertThat(head.header("etag")).isEqualTo(get.header("etag"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"})
  void aStaticSiteIsReadOnly(String method) throws IOException {
    RawHttp.Answer answer = sites.send(method, "bakery", "/", "Content-Length: 0");

    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void whoHasTheFileIsToldSo() throws IOException {
    RawHttp.Answer first = sites.get("bakery", "/style.css");
    String etag = first.header("etag");

    for (String header :
        new String[] {
          "If-None-Match: " + etag,
          "If-None-Match: \"other\", W/" + etag,
          "If-None-Match: *",
          "If-Modified-Since: " + first.header("last-modified"),
          "If-Modified-Since: Fri, 31 Dec 2100 23:59:59 GMT"
        }) {
      RawHttp.Answer again = sites.get("bakery", "/style.css", header);
      assertThat(again.status()).as(header).isEqualTo(304);
      assertThat(again.body()).isEmpty();
      assertThat(again.header("etag")).isEqualTo(etag);
      assertThat(again.header("vary")).isEqualToIgnoringCase("accept-encoding");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "If-None-Match: \"other\"",
        "If-None-Match: \"broken",
        "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
        "If-Modified-Since: yesterday"
      })
  void whoHasAnotherFileGetsThisOne(String header) throws IOException {
    assertThat(sites.get("bakery", "/style.css", header).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-9, 0, 9",
    "bytes=100-, 100, 3145727",
    "bytes=-5, 3145723, 3145727",
    "bytes=3145720-99999999, 3145720, 3145727",
    "bytes=-99999999, 0, 3145727"
  })
  void aPartOfALargeFileIsThatPart(String range, int first, int last) throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/film.mp4", "Range: " + range);

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.header("content-range"))
        .isEqualTo("bytes " + first + "-" + last + "/" + LARGE.length);
    assertThat(answer.body()).isEqualTo(java.util.Arrays.copyOfRange(LARGE, first, last + 1));
  }

  @Test
  void aPartOfASmallFileIsThatPart() throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/", "Range: bytes=4-7");

    assertThat(answer.status()).isEqualTo(206);
    assertThat(answer.text()).isEqualTo("Home");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=13-", "bytes=-0", "bytes=99-100"})
  void aPartBeyondTheEndIsRefused(String range) throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/", "Range: " + range);

    assertThat(answer.status()).isEqualTo(416);
    assertThat(answer.header("content-range")).isEqualTo("bytes */13");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,3-4",
        "bytes=5-2",
        "lines=1-2",
        "bytes=",
        "bytes=a-b",
        "bytes=--1",
        "bytes=1-99999999999999999999999"
      })
  void anOddRangeGetsTheWhole(String range) throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/", "Range: " + range);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("<h1>Home</h1>");
  }

  @Test
  void aDownloadGoesOnOnlyWhereTheFileIsTheSame() throws IOException {
    String etag = sites.get("bakery", "/film.mp4").header("etag");

    assertThat(sites.get("bakery", "/film.mp4", "Range: bytes=0-0", "If-Range: " + etag).status())
        .isEqualTo(206);
    assertThat(sites.get("bakery", "/film.mp4", "Range: bytes=0-0", "If-Range: \"other\"").status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip|gzip",
        "br|br",
        "gzip, deflate, br|br",
        "br;q=0.5, gzip;q=0.9|gzip",
        "br;q=0, gzip|gzip",
        "*|br",
        "identity|''",
        "gzip;q=0|''",
        "zstd|''",
        "GZIP|gzip",
        "identity;q=1, gzip;q=0.5|''"
      })
  void theFormIsTheOneThatTheBrowserLikesBest(String accepted, String coding) throws IOException {
    RawHttp.Answer answer = sites.get("bakery", "/style.css", "Accept-Encoding: " + accepted);

    assertThat(answer.header("content-encoding")).isEqualTo(coding);
    assertThat(answer.header("vary")).isEqualToIgnoringCase("accept-encoding");
    assertThat(decoded(answer)).isEqualTo(LONG_TEXT);
  }

  private static String decoded(RawHttp.Answer answer) throws IOException {
    ByteArrayInputStream body = new ByteArrayInputStream(answer.body());
    byte[] plain =
        switch (answer.header("content-encoding")) {
          case "gzip" -> new GZIPInputStream(body).readAllBytes();
          case "br" -> new BrotliInputStream(body).readAllBytes();
          default -> answer.body();
        };
    return new String(plain, StandardCharsets.UTF_8);
  }

  @Test
  void eachFormHasItsOwnValidator() throws IOException {
    String plain = sites.get("bakery", "/style.css").header("etag");
    String gzip = sites.get("bakery", "/style.css", "Accept-Encoding: gzip").header("etag");
    String brotli = sites.get("bakery", "/style.css", "Accept-Encoding: br").header("etag");

    assertThat(plain).isNotEqualTo(gzip).isNotEqualTo(brotli);
    assertThat(gzip).isNotEqualTo(brotli);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bakery.localhost",
        "BAKERY.LocalHost",
        "bakery.localhost.",
        "bakery.localhost:80",
        "bakery.localhost.:8081"
      })
  void aSiteIsFoundByItsName(String host) throws IOException {
    assertThat(RawHttp.get(sites.port(), host, "/").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "127.0.0.1",
        "[::1]",
        "cafe.localhost",
        "bakery.example.com",
        "x.bakery.localhost",
        "../bakery.localhost",
        "bakery/.localhost",
        "%2e%2e.localhost",
        "..localhost",
        ".localhost",
        "bakery.localhost:port",
        "-a.localhost",
        "a_b.localhost"
      })
  void anotherNameIsNoSite(String host) throws IOException {
    RawHttp.Answer answer = RawHttp.get(sites.port(), host, "/");

    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).contains("There is no site here");
  }

  @Test
  void aRestartServesEverySiteAgain() throws Exception {
    try (LocalSites other = LocalSites.on(temp.resolve("data"))) {
      assertThat(other.get("bakery", "/").text()).isEqualTo("<h1>Home</h1>");
    }
  }
}

package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.CheckResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Sites that would keep a browser for ever. After each, the pool's only browser works. */
class HostileSiteTest {
  private static final String PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

  @RegisterExtension
  static final Bench bench = new Bench("browser.pool", "1", "browser.page-deadline", "3s");

  @TempDir Path deployment;
  private TestSite site;

  @BeforeEach
  void serve() throws Exception {
    site = new TestSite(bench.vertx);
    site.file("index.html", page("<h1>Home</h1><a href='/bad/'>On</a>"));
    site.file("404.html", page("<h1>Nothing</h1>"));
  }

  @AfterEach
  void stop() throws Exception {
    try {
      String title =
          bench
              .pool
              .use(
                  "the next step",
                  Duration.ofSeconds(20),
                  new Watcher(),
                  chromium -> {
                    var page =
                        chromium
                            .context(new com.microsoft.playwright.Browser.NewContextOptions())
                            .newPage();
                    page.setContent("<title>well</title>");
                    return page.title();
                  })
              .await()
              .atMost(Duration.ofSeconds(40));
      assertThat(title).isEqualTo("well");
    } finally {
      site.close();
    }
  }

  @Test
  void redirectsWithoutEnd() {
    site.answering(
        "/bad/",
        request ->
            request.response().setStatusCode(302).putHeader("location", request.uri()).end());

    assertThat(failure("page loads", "/bad/").seen()).contains("redirects on and on");
  }

  @Test
  void pagesWithoutEnd() {
    for (int i = 0; i < 400; i++) {
      int next = i + 1;
      site.answering(
          "/n" + i + "/",
          request -> html(request, page("<h1>Page</h1><a href='/n" + next + "/'>More</a>")));
    }
    String links =
        String.join(
            "",
            IntStream.range(0, 400)
                .mapToObj(i -> "<a href='/n" + i + "/'>" + i + "</a> ")
                .toList());
    site.file("index.html", page("<h1>Home</h1>" + links));

    assertThat(check())
        .filteredOn(check -> check.name().equals("pages checked"))
        .singleElement()
        .satisfies(check -> assertThat(check.seen()).startsWith("50 of 401 pages; more than 50"));
  }

  @Test
  void alertsWithoutEnd() {
    site.file("bad/index.html", page("<h1>Bad</h1><script>while (true) alert('x')</script>"));

    assertThat(failure("page loads", "/bad/").seen()).isNotBlank();
    assertThat(failure("nothing opens by itself", "/bad/").seen()).contains("alert");
  }

  @Test
  void aScriptThatNeverEnds() {
    site.file(
        "bad/index.html",
        page(
            "<h1>Bad</h1><script>addEventListener('load', () => {"
                + "setTimeout(() => { while (true); }, 10) })</script>"));

    assertThat(failure("page loads", "/bad/").seen())
        .containsAnyOf("does not answer", "still loading");
  }

  @Test
  void aPageThatNeverFinishesLoading() {
    site.answering(
        "/never.png",
        request ->
            request.response().setChunked(true).putHeader("content-type", "image/png").write("x"));
    site.file("bad/index.html", page("<h1>Bad</h1><img alt='' src='/never.png'>"));

    assertThat(failure("page loads", "/bad/").seen()).isEqualTo("still loading after 3 s, twice");
  }

  @Test
  void aPageThatIsSlowOnceIsLookedAtOnceMore() throws Exception {
    Bench patient = new Bench("browser.page-deadline", "10s");
    AtomicInteger asked = new AtomicInteger();
    site.answering(
        "/slow.gif",
        request -> {
          request.response().putHeader("content-type", "image/gif");
          if (asked.incrementAndGet() > 1) {
            request.response().end(Buffer.buffer(Base64.getDecoder().decode(PIXEL)));
          }
        });
    site.file("bad/index.html", page("<h1>Slow</h1><img alt='' src='/slow.gif'>"));

    List<CheckResult> checks;
    try {
      checks = check(patient);
    } finally {
      patient.close();
    }
    assertThat(checks)
        .filteredOn(check -> check.page().equals("/bad/"))
        .isNotEmpty()
        .allMatch(CheckResult::passed);
    assertThat(asked).hasValueGreaterThan(1);
  }

  @Test
  void aPageOfAHundredMegabytes() {
    site.answering("/bad/", HostileSiteTest::hundredMegabytes);

    assertThat(failure("page loads", "/bad/").seen()).contains("larger than 4.2 MB");
  }

  @Test
  void aPageThatGoesElsewhereByItself() {
    site.file(
        "bad/index.html",
        page("<h1>Bad</h1>")
            .replace("<title>", "<meta http-equiv=refresh content='0;url=/'><title>"));

    assertThat(failure("page loads", "/bad/").seen()).containsAnyOf("by itself", "not stay");
  }

  @Test
  void windowsAndDownloadsThatOpenByThemselves() {
    site.answering(
        "/file.bin",
        request ->
            request
                .response()
                .putHeader("content-disposition", "attachment; filename=file.bin")
                .end("x"));
    site.file(
        "bad/index.html",
        page(
            "<h1>Bad</h1><a id='d' href='/file.bin' download>File</a>"
                + "<script>window.open('/'); document.getElementById('d').click()</script>"));

    assertThat(failure("nothing opens by itself", "/bad/").seen()).contains("download");
  }

  @Test
  void aHealthCheckThatIsFedWithoutEnd() {
    site.answering("/", HostileSiteTest::hundredMegabytes);

    List<CheckResult> checks =
        bench
            .verifier
            .health(site.target(deployment), new Watcher())
            .await()
            .atMost(Duration.ofSeconds(40));

    assertThat(checks).anyMatch(check -> !check.passed());
  }

  private static void hundredMegabytes(HttpServerRequest request) {
    HttpServerResponse response =
        request.response().setChunked(true).putHeader("content-type", "text/html");
    more(response, 100);
  }

  private static void more(HttpServerResponse response, int megabytes) {
    if (megabytes == 0) {
      response.end();
      return;
    }
    response
        .write(Buffer.buffer("<p>word</p>".repeat(95_000)))
        .onSuccess(written -> more(response, megabytes - 1));
  }

  private CheckResult failure(String name, String page) {
    List<CheckResult> checks = check();
    return checks.stream()
        .filter(check -> check.name().equals(name) && check.page().equals(page))
        .filter(check -> !check.passed())
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " did not fail on " + page + ": " + checks));
  }

  private List<CheckResult> check() {
    return check(bench);
  }

  private List<CheckResult> check(Bench with) {
    return with.verifier
        .endToEnd(site.target(deployment), new Watcher())
        .await()
        .atMost(Duration.ofSeconds(120));
  }

  private static void html(HttpServerRequest request, String page) {
    request.response().putHeader("content-type", "text/html").end(page);
  }

  private static String page(String body) {
    return "<!doctype html><html lang=en><head><meta charset=utf-8><title>T</title>"
        + "<meta name=description content=D></head><body><main>"
        + body
        + "</main></body></html>";
  }
}

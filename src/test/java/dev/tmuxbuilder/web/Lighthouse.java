package dev.tmuxbuilder.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import dev.tmuxbuilder.service.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Google's Lighthouse, and a Chromium of its own that reaches this machine and no other. */
final class Lighthouse implements AutoCloseable {
  private static final List<String> CATEGORIES =
      List.of("performance", "accessibility", "best-practices");

  private static final Path PROGRAM =
      Path.of("src/test/node/node_modules/lighthouse/cli/index.js").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration DEADLINE = Duration.ofSeconds(90);

  private final Path folder;
  private final Process chromium;
  private final String port;
  private final Playwright playwright;
  private Optional<String> signedIn = Optional.empty();
  private int reports;

  /**
   * @param folder where the browser and the reports may write
   */
  Lighthouse(Path folder) throws IOException {
    if (!Files.exists(PROGRAM)) {
      throw new IllegalStateException("Lighthouse is missing: npm ci --prefix src/test/node");
    }
    this.folder = Files.createDirectories(folder);
    Path profile = folder.resolve("profile");
    List<String> command = new ArrayList<>(List.of(Chrome.program("chromium").toString()));
    command.addAll(Chrome.ARGUMENTS);
    command.addAll(
        List.of(
            "--headless=new",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            "--user-data-dir=" + profile,
            "--remote-debugging-port=0",
            "about:blank"));
    chromium = started(command, "chromium.log");
    Path told = profile.resolve("DevToolsActivePort");
    port =
        Awaitility.await("Chromium says its port")
            .atMost(PATIENCE)
            .ignoreExceptionsInstanceOf(IOException.class)
            .until(() -> Files.readAllLines(told), lines -> lines.size() > 1)
            .getFirst();
    playwright = Chrome.playwright();
  }

  private Process started(List<String> command, String log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(log).toFile())
        .start();
  }

  /** Forgets who had signed in, and signs in whose token it is, as a person does. */
  void signIn(String base, Optional<String> token) {
    if (token.equals(signedIn)) {
      return;
    }
    signedIn = token;
    try (Browser browser = playwright.chromium().connectOverCDP("http://127.0.0.1:" + port)) {
      BrowserContext context = browser.contexts().getFirst();
      context.clearCookies();
      if (token.isPresent()) {
        Page page = context.newPage();
        page.navigate(base + "/sign-in");
        page.getByLabel("Access token").fill(token.get());
        page.keyboard().press("Enter");
        page.waitForURL(base + "/");
        assertThat(page.getByRole(AriaRole.HEADING).first().textContent()).isEqualTo("Sites");
        page.close();
      }
    }
  }

  /** What it says of one page, which is loaded with nothing in the browser's cache. */
  Report measure(String url, List<String> options) throws IOException, InterruptedException {
    String name = "report-" + reports++;
    Path file = folder.resolve(name + ".json");
    List<String> command = new ArrayList<>(List.of("node", PROGRAM.toString(), url));
    command.addAll(
        List.of(
            "--port=" + port,
            "--quiet",
            "--no-enable-error-reporting",
            "--disable-full-page-screenshot",
            "--only-categories=" + String.join(",", CATEGORIES),
            "--output=json",
            "--output-path=" + file));
    command.addAll(options);
    Process process = started(command, name + ".log");
    boolean ended = process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    assertThat(ended && Files.exists(file))
        .as("a report on %s: %s", url, Files.readString(folder.resolve(name + ".log")))
        .isTrue();
    return new Report(Client.tree(Files.readString(file)));
  }

  @Override
  public void close() throws InterruptedException {
    playwright.close();
    chromium.destroy();
    if (!chromium.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      chromium.destroyForcibly();
    }
  }

  /** A result as Lighthouse writes it. */
  record Report(JsonNode json) {
    /** The page that was there in the end, after redirects. */
    String url() {
      return json.at("/finalDisplayedUrl").asText();
    }

    /** What kept it from a judgement, empty where nothing did. */
    String trouble() {
      return json.at("/runtimeError/message").asText();
    }

    /** From 0 to 100; 0 where an audit could not be made. */
    long score(String category) {
      return Math.round(100 * json.at("/categories/" + category + "/score").asDouble());
    }

    /** The audits of a category that cost points, what they measured and where. */
    String lost(String category) {
      StringJoiner lost = new StringJoiner("; ");
      for (JsonNode reference : json.at("/categories/" + category + "/auditRefs")) {
        JsonNode audit = json.at("/audits/" + reference.get("id").asText());
        boolean applies = !List.of("notApplicable", "manual", "informative").contains(mode(audit));
        if (applies && reference.get("weight").asInt() > 0 && audit.get("score").asDouble() < 1) {
          lost.add(told(audit));
        }
      }
      return lost.toString();
    }

    private static String mode(JsonNode audit) {
      return audit.get("scoreDisplayMode").asText();
    }

    private static String told(JsonNode audit) {
      StringJoiner told = new StringJoiner(" ");
      told.add(audit.get("id").asText()).add(audit.get("score").asText());
      told.add(audit.path("displayValue").asText()).add(audit.path("errorMessage").asText());
      for (JsonNode item : audit.at("/details/items")) {
        told.add(item.at("/node/snippet").asText(item.path("description").asText()));
      }
      return told.toString().strip();
    }

    /** Every address that the page asked for. */
    List<String> requests() {
      return json.at("/audits/network-requests/details/items").findValuesAsText("url");
    }
  }
}

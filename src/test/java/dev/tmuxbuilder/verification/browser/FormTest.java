package dev.tmuxbuilder.verification.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tmuxbuilder.execution.CheckResult;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class FormTest {
  private static final String FORM =
      """
      <h1>Guest book</h1><form method="post" action="/book/" data-check="echo">
      <label>Name <input name="name" required maxlength="40"></label>
      <label>Mail <input name="email" type="email" required></label>
      <label>Message <textarea name="message" required></textarea></label>
      <div style="display:none"><input name="fax"></div>
      <div style="position:absolute;left:-200vw" aria-hidden="true"><input name="website" tabindex="-1"></div>
      <button>Send</button></form>
      """;

  @RegisterExtension static final Bench bench = new Bench("browser.pool", "1");

  @TempDir Path deployment;
  private final List<String> entries = new CopyOnWriteArrayList<>();
  private boolean keeps = true;
  private final List<String> mails = new CopyOnWriteArrayList<>();
  private final List<String> traps = new CopyOnWriteArrayList<>();
  private boolean validates = true;
  private TestSite site;

  @BeforeEach
  void serve() throws Exception {
    site = TestSite.good(bench.vertx);
    site.edit("index.html", "</main>", "<a href='/book/'>Guest book</a></main>");
    site.answering("/book/", this::book);
    site.header("content-security-policy", "default-src 'self'; style-src 'self' 'unsafe-inline'");
  }

  @AfterEach
  void stop() throws Exception {
    site.close();
  }

  @Test
  void aFormThatKeepsItsEntriesPasses() {
    List<CheckResult> checks = check();

    assertThat(checks)
        .filteredOn(check -> check.name().startsWith("form "))
        .hasSize(2)
        .allMatch(CheckResult::passed);
    assertThat(entries).hasSize(1);
    assertThat(checks).allMatch(CheckResult::passed);
  }

  @Test
  void aTrialTellsThatItIsOneAndLeavesTrapsAlone() {
    check();

    assertThat(mails).isNotEmpty().allMatch(mail -> mail.endsWith("@example.invalid"));
    assertThat(traps).isNotEmpty().containsOnly("");
  }

  @Test
  void aFormThatLosesTheEntryFails() {
    keeps = false;

    CheckResult failure = onlyFailure();

    assertThat(failure.name()).isEqualTo("form keeps the entry");
    assertThat(failure.seen()).contains("/book/ does not show \"A kind word from a visitor");
    assertThat(deployment.resolve(String.valueOf(failure.screenshot()))).isRegularFile();
  }

  @Test
  void aFormThatTakesAnythingFails() {
    validates = false;

    CheckResult failure = onlyFailure();

    assertThat(failure.name()).isEqualTo("form refuses an empty field");
    assertThat(failure.seen()).contains("\"message\" was empty");
  }

  private void book(HttpServerRequest request) {
    if (request.method().name().equals("GET")) {
      show(request, 200);
      return;
    }
    request.setExpectMultipart(true);
    request.endHandler(
        end -> {
          String message = request.getFormAttribute("message");
          mails.add(request.getFormAttribute("email"));
          traps.add(request.getFormAttribute("website") + request.getFormAttribute("fax"));
          boolean empty = message == null || message.isBlank();
          if (empty && validates) {
            show(request, 422);
            return;
          }
          if (keeps) {
            entries.add(request.getFormAttribute("name") + ": " + message);
          }
          request.response().setStatusCode(303).putHeader("location", "/book/").end();
        });
  }

  private void show(HttpServerRequest request, int status) {
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "text/html")
        .end(GoodSite.page("Guest book", FORM + "<p>" + String.join("</p><p>", entries) + "</p>"));
  }

  private CheckResult onlyFailure() {
    return assertThat(check().stream().filter(check -> !check.passed()).toList())
        .singleElement()
        .actual();
  }

  private List<CheckResult> check() {
    return bench
        .verifier
        .endToEnd(site.target(deployment), new Watcher())
        .await()
        .atMost(Duration.ofSeconds(60));
  }
}

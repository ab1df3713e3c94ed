package dev.tmuxbuilder.verification.browser;

import com.fasterxml.jackson.core.type.TypeReference;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import dev.tmuxbuilder.verification.CheckName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Uses a form as a visitor does: once with an empty field, once in full. */
final class FormCheck {
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Tab tab;
  private final Reporter reporter;
  private final URI url;
  private final PageOutline.Form form;
  private final String token;

  /**
   * @param token that no entry had before
   */
  FormCheck(Tab tab, Reporter reporter, URI url, PageOutline.Form form, String token) {
    this.tab = tab;
    this.reporter = reporter;
    this.url = url;
    this.form = form;
    this.token = token;
  }

  /** What was entered that should be read again, and which field was left empty. */
  @RegisterForReflection
  record Entry(List<String> texts, String empty) {}

  void run() {
    if (form.required() > 0 && form.method().equals("post")) {
      attempt(CheckName.FORM_REFUSES_EMPTY, this::refuses);
    }
    attempt(CheckName.FORM_ECHOES, this::echoes);
  }

  private void attempt(CheckName name, Consumer<Check> use) {
    Check check = Check.start(name, SitePaths.path(url));
    try {
      tab.within(
          tab.deadline().multipliedBy(2).plus(ANSWER.multipliedBy(2)),
          "the form",
          () -> {
            use.accept(check);
            return true;
          });
    } catch (BrowserHung hung) {
      reporter.fail(check, "the page does not answer: " + hung.getMessage(), Reporter.Camera.NONE);
      tab.reopen();
    } catch (PlaywrightException unusable) {
      reporter.fail(check, "the form cannot be used: " + Words.firstLine(unusable), this::picture);
    }
  }

  private void echoes(Check check) {
    Entry entry = fill("e" + token, false);
    submit().click();
    try {
      tab.page() // by the clock, as a busy browser paints when it can
          .waitForFunction(
              Scripts.SHOWN.source(),
              entry.texts(),
              new Page.WaitForFunctionOptions()
                  .setTimeout(tab.deadline().toMillis()) // as long as any page may take to come
                  .setPollingInterval(LOOK.toMillis()));
      reporter.pass(check, "\"" + String.join("\", \"", entry.texts()) + "\" appears");
    } catch (TimeoutError notShown) {
      String seen = "%s does not show \"%s\"";
      String where = SitePaths.path(URI.create(tab.page().url()));
      reporter.fail(
          check, seen.formatted(where, String.join("\", \"", entry.texts())), this::picture);
    }
  }

  private void refuses(Check check) {
    Entry entry = fill("r" + token, true);
    Response response;
    try {
      response =
          tab.page()
              .waitForResponse(
                  answer -> answer.request().method().equals("POST"),
                  new Page.WaitForResponseOptions().setTimeout(ANSWER.toMillis()),
                  () -> submit().click());
    } catch (TimeoutError nothingSent) {
      reporter.pass(check, "the page itself does not send it");
      return;
    }
    tab.page().waitForLoadState();
    boolean told = response.status() >= 400 && response.status() < 500;
    if (told) {
      reporter.pass(check, "status " + response.status());
      return;
    }
    boolean shown = Boolean.TRUE.equals(tab.evaluate(Scripts.SHOWN, entry.texts()));
    boolean marked = tab.page().locator("[aria-invalid=true], [role=alert], .error").count() > 0;
    if (!shown && marked) {
      reporter.pass(check, "the answer says what is wrong");
    } else {
      reporter.fail(
          check,
          "\"%s\" was empty, and the answer has status %d"
              .formatted(entry.empty(), response.status()),
          this::picture);
    }
  }

  private Entry fill(String unique, boolean leaveEmpty) {
    tab.page().navigate(url.toString());
    Object filled =
        tab.evaluate(
            Scripts.FILL, Map.of("index", form.index(), "token", unique, "leaveEmpty", leaveEmpty));
    if (filled == null) {
      throw new PlaywrightException("it is not on the page any more");
    }
    return PageOutline.parse(filled, new TypeReference<>() {});
  }

  private Locator submit() {
    return tab.page()
        .locator(
            "form[data-filled] button:not([type]), form[data-filled] [type=submit],"
                + " form[data-filled] [type=image]")
        .first();
  }

  private Optional<byte[]> picture() {
    return tab.picture(List.of("form"), List.of());
  }
}

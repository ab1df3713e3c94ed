package dev.tmuxbuilder.web;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.util.ArrayList;
import java.util.List;

/** A person before the dashboard, in a browser that knows nothing of others. */
public final class Visit implements AutoCloseable {
  static final double PATIENCE = 90_000;
  private static final int TABS = 150;

  final BrowserContext context;
  final Page page;
  private final List<String> expected = new ArrayList<>();
  private final List<String> strangers = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();

  public Visit(Chrome chrome, String base, Browser.NewContextOptions options) {
    expected.add(base);
    context = chrome.browser.newContext(options.setBaseURL(base).setLocale("en-GB"));
    context.setDefaultTimeout(30_000);
    page = context.newPage();
    page.onRequest(
        request -> {
          if (expected.stream().noneMatch(request.url()::startsWith)) {
            strangers.add(request.url());
          }
        });
    page.onConsoleMessage(
        message -> {
          if (message.type().equals("error") && message.text().contains("Content Security")) {
            complaints.add(message.text());
          }
        });
    page.onPageError(complaints::add);
  }

  /** Pages of another origin are expected, too. */
  public Visit alsoAt(String origin) {
    expected.add(origin);
    return this;
  }

  public Page page() {
    return page;
  }

  public BrowserContext context() {
    return context;
  }

  void signIn(String token) {
    page.navigate("/sign-in");
    page.getByLabel("Access token").fill(token);
    page.getByRole(AriaRole.BUTTON, named("Sign in")).click();
    assertThat(page.getByRole(AriaRole.HEADING, headed("Sites"))).isVisible();
  }

  /** Presses Tab until something has the focus. */
  void tabTo(Locator wanted) {
    for (int i = 0; i < TABS; i++) {
      if ((boolean) wanted.evaluate("one => one === document.activeElement")) {
        return;
      }
      page.keyboard().press("Tab");
    }
    throw new AssertionError("never reached by Tab: " + wanted);
  }

  public static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }

  public static Page.GetByRoleOptions headed(String name) {
    return named(name).setLevel(1);
  }

  static LocatorAssertions.ContainsTextOptions patiently() {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE);
  }

  /** Ends it; nothing may have come from elsewhere, or broken the policy of the pages. */
  @Override
  public void close() {
    context.close();
    assertThat(strangers).as("requests to other origins").isEmpty();
    assertThat(complaints).as("errors and violations of the policy").isEmpty();
  }
}

package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The one tab in which a site's pages are opened, one after the other. After a page has hung there
 * is a new browser behind it. Every page is given axe as it begins, which costs a third of bringing
 * it there later. Lives on the browser's thread.
 */
final class Tab {
  static final int WIDTH = 1440;
  private static final int HEIGHT = 900;
  private static final Duration PICTURE = Duration.ofSeconds(5);
  private static final String BLANK = "about:blank";

  private final Chromium chromium;
  private final Fence fence;
  private final Observer observer;
  private final String axe;
  private final Duration deadline;
  private BrowserContext context;
  private Page page;

  Tab(Chromium chromium, URI site, SiteClient client, String axe, Duration deadline) {
    this.chromium = chromium;
    this.fence = new Fence(site, client, deadline);
    this.observer = new Observer(Origin.of(site));
    this.axe = axe;
    this.deadline = deadline;
    this.context = newContext();
    this.page = newPage();
  }

  private BrowserContext newContext() {
    BrowserContext fresh =
        chromium.context(
            new Browser.NewContextOptions()
                .setViewportSize(WIDTH, HEIGHT)
                .setColorScheme(ColorScheme.LIGHT)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setServiceWorkers(ServiceWorkerPolicy.BLOCK)
                .setAcceptDownloads(false));
    fence.enclose(fresh);
    fresh.addInitScript(axe);
    return fresh;
  }

  private Page newPage() {
    Page fresh = context.newPage();
    fresh.setDefaultTimeout(deadline.toMillis());
    observer.listen(context, fresh);
    return fresh;
  }

  Page page() {
    return page;
  }

  Observer observer() {
    return observer;
  }

  Fence fence() {
    return fence;
  }

  Duration deadline() {
    return deadline;
  }

  /** Starts afresh, with another browser where the present one hangs. */
  void reopen() {
    try {
      chromium.within(
          Duration.ofSeconds(2),
          "closing a window",
          () -> {
            context.close();
            return true;
          });
    } catch (PlaywrightException hung) {
      chromium.restart();
    }
    context = newContext();
    page = newPage();
  }

  /** Leaves the site, to read texts that are not to run. */
  void blank() {
    if (!page.url().equals(BLANK)) {
      page.navigate(BLANK);
    }
  }

  void width(int width) {
    page.setViewportSize(width, HEIGHT);
  }

  void colours(ColorScheme scheme) {
    page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
  }

  Object evaluate(Scripts script) {
    return page.evaluate(script.source());
  }

  Object evaluate(Scripts script, Object argument) {
    return page.evaluate(script.source(), argument);
  }

  <T> T within(Duration limit, String what, Supplier<T> call) {
    return chromium.within(limit, what, call);
  }

  /** The window as it is, with the culprits framed; nothing where the page does not hold still. */
  Optional<byte[]> picture(List<String> selectors, List<String> urls) {
    try {
      return shoot(selectors, urls);
    } catch (BrowserHung hung) {
      reopen();
      return Optional.empty();
    }
  }

  /** Like {@link #picture}, but a page that hangs is a {@link BrowserHung}. */
  Optional<byte[]> shoot(List<String> selectors, List<String> urls) {
    try {
      return Optional.of(chromium.within(PICTURE, "a picture", () -> framed(selectors, urls)));
    } catch (BrowserHung hung) {
      throw hung;
    } catch (PlaywrightException moving) { // the check itself says what is wrong
      return Optional.empty();
    }
  }

  private byte[] framed(List<String> selectors, List<String> urls) {
    evaluate(Scripts.MARK, Map.of("selectors", selectors, "urls", urls));
    byte[] png =
        page.screenshot(new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.DISABLED));
    evaluate(Scripts.UNMARK);
    return png;
  }
}

package dev.tmuxbuilder.verification.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.options.Clip;
import com.microsoft.playwright.options.ReducedMotion;
import com.microsoft.playwright.options.ScreenshotAnimations;
import com.microsoft.playwright.options.ServiceWorkerPolicy;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.execution.Screenshot;
import dev.tmuxbuilder.execution.StepFailure;
import dev.tmuxbuilder.execution.Viewport;
import dev.tmuxbuilder.verification.Target;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Takes the pictures of what people see: the whole page at two widths, and a thumbnail. */
final class Photographer {
  private static final int DESKTOP_WIDTH = 1440;
  private static final int DESKTOP_HEIGHT = 900;
  private static final int PHONE_WIDTH = 390;
  private static final int PHONE_HEIGHT = 844;
  private static final int THUMBNAIL_WIDTH = 480;
  private static final int THUMBNAIL_HEIGHT = 300;

  /** In pixels; Chromium paints nothing beyond 16,384. */
  private static final int TALLEST = 12_000;

  private final Chromium chromium;
  private final Fence fence;
  private final Duration pageDeadline;

  Photographer(Chromium chromium, Fence fence, Duration pageDeadline) {
    this.chromium = chromium;
    this.fence = fence;
    this.pageDeadline = pageDeadline;
  }

  List<Screenshot> shoot(Target target, Progress progress) {
    Evidence evidence = new Evidence(target.deployment());
    String directory = "screenshots/run-" + target.run();
    try (BrowserContext desktop = context(DESKTOP_WIDTH, DESKTOP_HEIGHT, false);
        BrowserContext phone = context(PHONE_WIDTH, PHONE_HEIGHT, true)) {
      Page page = open(desktop, target);
      byte[] wide = picture(page, DESKTOP_WIDTH);
      progress.info("desktop", "photographed at " + DESKTOP_WIDTH + " pixels");
      byte[] top =
          page.screenshot(
              new Page.ScreenshotOptions().setAnimations(ScreenshotAnimations.DISABLED));
      byte[] thumbnail = shrink(desktop, top);
      byte[] narrow = picture(open(phone, target), PHONE_WIDTH);
      progress.info("phone", "photographed at " + PHONE_WIDTH + " pixels");
      return List.of(
          evidence.screenshot(Viewport.DESKTOP, directory, wide),
          evidence.screenshot(Viewport.PHONE, directory, narrow),
          evidence.screenshot(Viewport.THUMBNAIL, directory, thumbnail));
    } catch (BrowserHung hung) {
      throw noPicture(target, hung);
    }
  }

  /** What a visitor finds now, be it the browser's own error page. */
  byte[] whatIsThere(Target target) {
    try (BrowserContext context = context(DESKTOP_WIDTH, DESKTOP_HEIGHT, false)) {
      Page page = context.newPage();
      page.onDialog(dialog -> dialog.dismiss());
      return chromium.within(
          pageDeadline,
          "the picture",
          () -> {
            try {
              page.navigate(SitePaths.root(target.url()).toString());
            } catch (BrowserHung hung) {
              throw hung;
            } catch (PlaywrightException notLoaded) { // that is what the picture shows
              page.waitForLoadState();
            }
            return page.screenshot();
          });
    }
  }

  private BrowserContext context(int width, int height, boolean phone) {
    BrowserContext context =
        chromium.context(
            new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setIsMobile(phone)
                .setHasTouch(phone)
                .setReducedMotion(ReducedMotion.REDUCE)
                .setServiceWorkers(ServiceWorkerPolicy.BLOCK)
                .setAcceptDownloads(false));
    fence.enclose(context);
    return context;
  }

  private Page open(BrowserContext context, Target target) {
    Page page = context.newPage();
    page.onDialog(dialog -> dialog.dismiss());
    page.setDefaultTimeout(pageDeadline.toMillis());
    try {
      chromium.within(
          pageDeadline.plusSeconds(5),
          "loading " + target.url(),
          () -> {
            page.navigate(SitePaths.root(target.url()).toString());
            return page.evaluate(Scripts.SETTLE.source());
          });
    } catch (BrowserHung hung) {
      throw hung;
    } catch (PlaywrightException late) {
      throw noPicture(target, late);
    }
    return page;
  }

  private byte[] picture(Page page, int width) {
    return chromium.within(
        pageDeadline,
        "the picture",
        () -> {
          int height =
              ((Number) page.evaluate("Math.ceil(document.documentElement.scrollHeight)"))
                  .intValue();
          return page.screenshot(
              new Page.ScreenshotOptions()
                  .setFullPage(true)
                  .setClip(new Clip(0, 0, width, Math.clamp(height, 1, TALLEST)))
                  .setAnimations(ScreenshotAnimations.DISABLED));
        });
  }

  private static byte[] shrink(BrowserContext context, byte[] picture) {
    try (Page page = context.newPage()) {
      Object shrunk =
          page.evaluate(
              Scripts.SHRINK.source(),
              Map.of(
                  "png", Base64.getEncoder().encodeToString(picture),
                  "width", THUMBNAIL_WIDTH,
                  "height", THUMBNAIL_HEIGHT));
      return Base64.getDecoder().decode((String) shrunk);
    }
  }

  private static StepFailure noPicture(Target target, PlaywrightException cause) {
    return StepFailure.retryable(
            "browser",
            "page_not_loaded",
            "The page at " + target.url() + " did not load: " + Words.firstLine(cause),
            "Open it in a browser and look at what it waits for.")
        .causedBy(cause);
  }
}

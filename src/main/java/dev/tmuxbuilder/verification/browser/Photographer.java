package dev.tmuxbuilder.verification.browser;

import com.google.gson.JsonObject;
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

/** Takes the pictures of what people see: the whole page at two widths, and a thumbnail. */
final class Photographer {
  private static final int DESKTOP_WIDTH = 1440;
  private static final int DESKTOP_HEIGHT = 900;
  private static final int PHONE_WIDTH = 390;
  private static final int PHONE_HEIGHT = 844;
  private static final int THUMBNAIL_WIDTH = 480;

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
      Page narrowPage = open(phone, target);
      Page widePage = open(desktop, target);
      byte[] wide = picture(widePage, DESKTOP_WIDTH);
      byte[] thumbnail = thumbnail(desktop, widePage);
      progress.info("desktop", "photographed at " + DESKTOP_WIDTH + " pixels");
      byte[] narrow = picture(narrowPage, PHONE_WIDTH);
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

  /** The top of the page, painted small rather than shrunk, so that letters stay sharp. */
  private static byte[] thumbnail(BrowserContext context, Page page) {
    JsonObject clip = new JsonObject();
    clip.addProperty("x", 0);
    clip.addProperty("y", 0);
    clip.addProperty("width", DESKTOP_WIDTH);
    clip.addProperty("height", DESKTOP_HEIGHT);
    clip.addProperty("scale", (double) THUMBNAIL_WIDTH / DESKTOP_WIDTH);
    JsonObject request = new JsonObject();
    request.addProperty("format", "png");
    request.add("clip", clip);
    JsonObject answer = context.newCDPSession(page).send("Page.captureScreenshot", request);
    return Base64.getDecoder().decode(answer.get("data").getAsString());
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

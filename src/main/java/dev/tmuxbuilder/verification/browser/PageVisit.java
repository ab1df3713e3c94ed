package dev.tmuxbuilder.verification.browser;

import com.fasterxml.jackson.core.type.TypeReference;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.PlaywrightException;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.TimeoutError;
import com.microsoft.playwright.options.ColorScheme;
import dev.tmuxbuilder.verification.CheckName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Opens one page once, and looks at everything that can be seen there. */
final class PageVisit {
  /** In the order in which the window is made narrower. */
  private static final List<Integer> NARROWER = List.of(768, 360);

  private final Tab tab;
  private final Reporter reporter;
  private final String path;
  private final URI url;
  private String icon = "";
  private final Page page;
  private boolean stuck;

  PageVisit(Tab tab, Reporter reporter, URI url) {
    this.tab = tab;
    this.reporter = reporter;
    this.url = url;
    this.path = SitePaths.path(url);
    this.page = tab.page();
  }

  /** What sticks out of the window, in pixels, and where. */
  @RegisterForReflection
  record Overflow(int past, List<String> selectors) {}

  /** One finding of axe. */
  @RegisterForReflection
  record Finding(String rule, String help, int count, List<String> selectors, String html) {
    String words() {
      return "%s (%s, %s, e.g. %s)".formatted(help, rule, Words.count(count, "place"), html);
    }
  }

  /** What axe found; a very large page is judged by parts of it. */
  @RegisterForReflection
  record Findings(boolean whole, List<Finding> findings) {}

  /** What was seen while the page held still; the findings are told once that is sure. */
  private record Looked(PageOutline outline, List<Runnable> findings, boolean stayed) {}

  /** What the page says about itself once it has run; empty where it could not be opened. */
  Optional<PageOutline> look() {
    tab.observer().forget();
    tab.fence().takeRefused();
    Check loads = Check.start(CheckName.PAGE_LOADS, path);
    Optional<PageOutline> outline = Optional.empty();
    try {
      Optional<String> problem = open();
      if (problem.isPresent()) {
        reporter.fail(loads, problem.get(), camera());
      } else {
        outline = tell(loads, examine());
      }
    } catch (BrowserHung hung) {
      tab.reopen();
      reporter.fail(loads, "the page does not answer: " + hung.getMessage(), Reporter.Camera.NONE);
    } catch (PlaywrightException restless) {
      reporter.fail(loads, "the page does not stay: " + Words.firstLine(restless), camera());
      stuck = true;
    }
    heard();
    if (stuck && !isGone()) {
      tab.reopen();
    }
    return outline;
  }

  /** The problem that keeps the page from being looked at, if there is one. */
  private Optional<String> open() {
    Response response;
    try {
      response = load();
    } catch (TimeoutError late) {
      stuck = true;
      return Optional.of("still loading after %d s, twice".formatted(tab.deadline().toSeconds()));
    } catch (PlaywrightException refused) {
      return Optional.of(Words.firstLine(refused));
    }
    String type = Optional.ofNullable(response.headerValue("content-type")).orElse("");
    return response.status() == 200 && type.startsWith("text/html")
        ? Optional.empty()
        : Optional.of(
            "status %d, %s".formatted(response.status(), type.isEmpty() ? "no type" : type));
  }

  /** Where it takes too long, once more: a machine that is busy is no fault of the page's. */
  private Response load() {
    try {
      return tab.page().navigate(url.toString());
    } catch (TimeoutError late) {
      tab.observer().forget();
      tab.fence().takeRefused();
      return tab.page().navigate(url.toString());
    }
  }

  private Looked examine() {
    Object document = held(this::identity);
    List<Runnable> findings = new ArrayList<>();
    PageOutline outline =
        held(
            () -> {
              tab.evaluate(Scripts.SETTLE);
              findings.addAll(widths());
              return PageOutline.read(tab.evaluate(Scripts.OUTLINE)).getFirst();
            });
    findings.add(held(() -> axe(CheckName.ACCESSIBLE_IN_LIGHT, false)));
    findings.add(held(() -> axe(CheckName.ACCESSIBLE_IN_DARK, true)));
    return new Looked(outline, findings, document.equals(held(this::identity)));
  }

  /** Each look has a time of its own: a large page on a busy machine needs it. */
  private <T> T held(Supplier<T> look) {
    return tab.within(tab.deadline().multipliedBy(2), "the page", look);
  }

  private Optional<PageOutline> tell(Check loads, Looked looked) {
    icon = looked.outline().icon();
    if (!looked.stayed()) {
      reporter.fail(loads, "it went to " + tab.page().url() + " by itself", camera());
      return Optional.empty();
    }
    reporter.pass(loads, "status 200");
    looked.findings().forEach(Runnable::run);
    describes(looked.outline());
    return Optional.of(looked.outline());
  }

  private Object identity() {
    return tab.page().evaluate("performance.timeOrigin");
  }

  /** Looks now; tells when it is sure that it was this page. */
  private List<Runnable> widths() {
    Check check = Check.start(CheckName.NO_SIDEWAYS_SCROLL, path);
    Optional<Runnable> failure = overflow(check, Tab.WIDTH);
    for (int width : NARROWER) {
      if (failure.isEmpty()) {
        tab.width(width);
        failure = overflow(check, width);
      }
    }
    tab.width(Tab.WIDTH);
    return List.of(
        failure.orElse(() -> reporter.pass(check, "fits windows of 1440, 768 and 360 pixels")));
  }

  private Optional<Runnable> overflow(Check check, int width) {
    Overflow overflow = PageOutline.parse(tab.evaluate(Scripts.OVERFLOW), new TypeReference<>() {});
    if (overflow.past() == 0) {
      return Optional.empty();
    }
    String seen =
        "at %d pixels the page is %d too wide%s"
            .formatted(
                width,
                overflow.past(),
                overflow.selectors().isEmpty()
                    ? ""
                    : ", because of " + Words.some(overflow.selectors(), 3));
    Optional<byte[]> picture = tab.shoot(overflow.selectors(), List.of());
    return Optional.of(() -> reporter.fail(check, seen, () -> picture));
  }

  private Runnable axe(CheckName name, boolean dark) {
    Check check = Check.start(name, path);
    tab.colours(dark ? ColorScheme.DARK : ColorScheme.LIGHT);
    Findings found = PageOutline.parse(tab.evaluate(Scripts.AXE, dark), new TypeReference<>() {});
    List<Finding> findings = found.findings();
    if (findings.isEmpty()) {
      tab.colours(ColorScheme.LIGHT);
      String seen = "nothing serious" + (found.whole() ? "" : ", in parts of this very large page");
      return () -> reporter.pass(check, seen);
    }
    List<String> selectors = findings.stream().flatMap(one -> one.selectors().stream()).toList();
    Optional<byte[]> picture = tab.shoot(selectors, List.of());
    tab.colours(ColorScheme.LIGHT);
    List<String> words = findings.stream().map(Finding::words).toList();
    return () -> reporter.judge(check, words, "", () -> picture);
  }

  private void describes(PageOutline outline) {
    List<String> missing = new ArrayList<>();
    if (outline.lang().isEmpty()) {
      missing.add("no language (lang) is set");
    }
    if (outline.title().isEmpty()) {
      missing.add("the title is empty");
    }
    if (outline.description().isEmpty()) {
      missing.add("the description is empty");
    }
    reporter.judge(
        Check.start(CheckName.PAGE_DESCRIBES_ITSELF, path),
        missing,
        "%s, \"%s\"".formatted(outline.lang(), outline.title()),
        camera());
  }

  /** What was heard while the page was open. */
  private void heard() {
    Observer observer = tab.observer();
    List<String> console = observer.consoleErrors();
    Map<String, String> requests = observer.failedRequests();
    requests.keySet().removeIf(this::isFavicon);
    List<String> urls = List.copyOf(requests.keySet());
    List<String> opened = observer.opened();
    List<String> refused = tab.fence().takeRefused();
    reporter.judge(Check.start(CheckName.NO_CONSOLE_ERROR, path), console, "none", camera());
    reporter.judge(
        Check.start(CheckName.NO_FAILED_REQUEST, path),
        requests.entrySet().stream().map(one -> one.getKey() + ": " + one.getValue()).toList(),
        "none",
        camera(urls));
    reporter.judge(
        Check.start(CheckName.NO_EXTERNAL_REQUEST, path), refused, "none", camera(refused));
    reporter.judge(Check.start(CheckName.NOTHING_OPENS, path), opened, "nothing", camera());
  }

  /** It is a check of the site, made once. */
  private boolean isFavicon(String request) {
    return request.equals(icon) || request.endsWith("/favicon.ico");
  }

  /** Whether there is another page in the tab by now. */
  private boolean isGone() {
    return tab.page() != page;
  }

  private Reporter.Camera camera() {
    return camera(List.of());
  }

  private Reporter.Camera camera(List<String> urls) {
    return () -> isGone() ? Optional.empty() : tab.picture(List.of(), urls);
  }
}

package dev.tmuxbuilder.verification.browser;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.microsoft.playwright.PlaywrightException;
import dev.tmuxbuilder.execution.CheckResult;
import dev.tmuxbuilder.execution.Progress;
import dev.tmuxbuilder.verification.CheckName;
import dev.tmuxbuilder.verification.Planner;
import dev.tmuxbuilder.verification.Target;
import dev.tmuxbuilder.verification.TestPlan;
import dev.tmuxbuilder.verification.TestReport;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** One run of the tests of one site: plan, open every page once, judge the whole, report. */
final class EndToEnd {
  /** Pages of one site that are opened in the browser. */
  private static final int MOST_PAGES = 50;

  private static final int MOST_THAT_FAIL_TO_LOAD = 5;
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  private final Chromium chromium;
  private final SiteClient client;
  private final Planner planner;
  private final String axe;
  private final Duration pageDeadline;
  private final Target target;
  private final Progress progress;
  private final Reporter reporter;
  private final Evidence evidence;

  EndToEnd(
      Chromium chromium,
      SiteClient client,
      Planner planner,
      String axe,
      Duration pageDeadline,
      Target target,
      Progress progress) {
    this.chromium = chromium;
    this.client = client;
    this.planner = planner;
    this.axe = axe;
    this.pageDeadline = pageDeadline;
    this.target = target;
    this.progress = progress;
    this.reporter = new Reporter(target, progress);
    this.evidence = new Evidence(target.deployment());
  }

  List<CheckResult> run() {
    long started = System.nanoTime();
    Tab tab = new Tab(chromium, target.url(), client, axe, pageDeadline);
    Crawler crawler = new Crawler(tab, client);
    SiteMap map = crawler.crawl(target.url());
    List<SiteMap.Entry> chosen = map.pages().stream().limit(MOST_PAGES).toList();
    TestPlan plan =
        planner.plan(target, chosen.stream().map(EndToEnd::planned).toList(), pages(map));
    write("tests/run-" + target.run() + ".json", plan);
    progress.info(
        "plan",
        "%s to open, %s of the brief to find"
            .formatted(
                Words.count(chosen.size(), "page"),
                Words.count(plan.headings().size(), "heading")));
    Map<URI, PageOutline> opened = visit(tab, crawler, map, chosen);
    progress.info("pages", Words.count(opened.size(), "page") + " opened");
    links(tab, map, opened);
    forms(tab, opened);
    own(tab);
    site(plan, tab, opened);
    write(
        "tests/report-run-" + target.run() + ".json",
        TestReport.of(
            target,
            reporter.results(),
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)));
    return reporter.results();
  }

  private static TestPlan.PlannedPage planned(SiteMap.Entry page) {
    return new TestPlan.PlannedPage(
        SitePaths.path(page.url()),
        page.foundOn(),
        page.outline().map(PageOutline::forms).orElse(List.of()).stream()
            .map(form -> new TestPlan.PlannedForm(form.index(), form.check()))
            .toList());
  }

  /** As many as are known: some of what was not looked at may be files. */
  private static int pages(SiteMap map) {
    return map.pages().size() + map.known() - map.looked();
  }

  /** Opens the chosen pages, and then those to which only running pages lead. */
  private Map<URI, PageOutline> visit(
      Tab tab, Crawler crawler, SiteMap map, List<SiteMap.Entry> chosen) {
    Check check = Check.start(CheckName.PAGES_CHECKED, "/");
    Map<URI, PageOutline> opened = new LinkedHashMap<>();
    Set<URI> visited = new LinkedHashSet<>();
    Deque<SiteMap.Entry> next = new ArrayDeque<>(chosen);
    int failed = 0;
    while (!next.isEmpty() && visited.size() < MOST_PAGES && failed < MOST_THAT_FAIL_TO_LOAD) {
      SiteMap.Entry entry = next.removeFirst();
      visited.add(entry.url());
      Optional<PageOutline> outline = open(tab, entry);
      outline.ifPresent(page -> opened.put(entry.url(), page));
      failed += outline.isPresent() ? 0 : 1;
      outline.ifPresent(page -> follow(page, entry, map));
      if (next.isEmpty() && map.hasWaiting() && visited.size() < MOST_PAGES) {
        crawler.look(map);
        map.pages().stream().filter(page -> !visited.contains(page.url())).forEach(next::add);
      }
    }
    int all = pages(map);
    String seen = "%d of %s".formatted(visited.size(), Words.count(all, "page"));
    reporter.pass(
        check,
        visited.size() < all
            ? seen + "; more than " + MOST_PAGES + " or too many that fail are not opened"
            : seen);
    return opened;
  }

  private Optional<PageOutline> open(Tab tab, SiteMap.Entry entry) {
    if (!entry.problem().isEmpty()) {
      Check check = Check.start(CheckName.PAGE_LOADS, SitePaths.path(entry.url()));
      reporter.fail(check, entry.problem(), () -> tab.picture(List.of(), List.of()));
      return Optional.empty();
    }
    return new PageVisit(tab, reporter, entry.url()).look();
  }

  private static void follow(PageOutline page, SiteMap.Entry entry, SiteMap map) {
    for (PageOutline.Link link : page.links()) {
      Origin.parse(link.href()).ifPresent(url -> map.found(url, SitePaths.path(entry.url())));
    }
  }

  private void links(Tab tab, SiteMap map, Map<URI, PageOutline> opened) {
    LinkCheck links = new LinkCheck(map, opened);
    opened.forEach(
        (url, page) -> {
          Check check = Check.start(CheckName.LINKS_WORK, SitePaths.path(url));
          List<LinkCheck.Broken> broken = links.broken(page);
          reporter.judge(
              check,
              broken.stream().map(LinkCheck.Broken::words).toList(),
              Words.count(page.links().size(), "link"),
              () -> picture(tab, url, broken.stream().map(LinkCheck.Broken::href).toList()));
        });
  }

  private void forms(Tab tab, Map<URI, PageOutline> opened) {
    opened.forEach(
        (url, page) ->
            page.forms().stream()
                .filter(form -> form.check().equals("echo"))
                .limit(3)
                .forEach(form -> new FormCheck(tab, reporter, url, form, token()).run()));
  }

  /** Checks that came with the site. One that cannot be read is no check that passed. */
  private void own(Tab tab) {
    for (OwnCheckReader.Read read : OwnCheckReader.read(target.deployment())) {
      switch (read) {
        case OwnCheckReader.Read.Good(OwnCheck check) ->
            new OwnCheckRun(tab, reporter, target.url(), check).run();
        case OwnCheckReader.Read.Bad(String file, String problem) ->
            reporter.fail(
                Check.start(CheckName.OWN_CHECK, "/", "as the schema says"),
                file + " " + problem,
                Reporter.Camera.NONE);
      }
    }
  }

  private static String token() {
    return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  }

  private void site(TestPlan plan, Tab tab, Map<URI, PageOutline> opened) {
    SiteChecks checks =
        new SiteChecks(
            plan,
            client,
            reporter,
            () -> picture(tab, SitePaths.root(target.url()), List.of()),
            pageDeadline.multipliedBy(6));
    checks.titles(opened);
    if (target.brief().isPresent()) {
      checks.headings(opened);
      checks.links(opened);
    }
    checks.missingPage();
    checks.favicon(opened);
  }

  /** Opens a page again for its picture. */
  private Optional<byte[]> picture(Tab tab, URI url, List<String> urls) {
    try {
      tab.within(pageDeadline, "the page", () -> tab.page().navigate(url.toString()));
    } catch (BrowserHung hung) {
      tab.reopen();
      return Optional.empty();
    } catch (PlaywrightException unreachable) { // the picture shows just that
      return tab.picture(List.of(), urls);
    }
    return tab.picture(List.of(), urls);
  }

  private void write(String path, Object record) {
    try {
      evidence.write(path, JSON.writeValueAsBytes(record));
    } catch (JsonProcessingException impossible) { // records of texts and numbers
      throw new IllegalStateException(impossible);
    }
  }
}

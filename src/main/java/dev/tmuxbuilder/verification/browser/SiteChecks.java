package dev.tmuxbuilder.verification.browser;

import dev.tmuxbuilder.verification.CheckName;
import dev.tmuxbuilder.verification.TestPlan;
import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Checks of the site as a whole, from what its pages say. */
final class SiteChecks {
  private static final Pattern SPACES = Pattern.compile("[\\s\\p{Z}\\x{85}]+");
  private static final long LARGEST = 4 << 20;

  private final TestPlan plan;
  private final SiteClient client;
  private final Reporter reporter;
  private final Reporter.Camera home;
  private final Duration deadline;

  /**
   * @param home takes the picture of the home page, for what is missing everywhere
   */
  SiteChecks(
      TestPlan plan,
      SiteClient client,
      Reporter reporter,
      Reporter.Camera home,
      Duration deadline) {
    this.plan = plan;
    this.client = client;
    this.reporter = reporter;
    this.home = home;
    this.deadline = deadline;
  }

  void titles(Map<URI, PageOutline> pages) {
    Map<String, List<String>> byTitle = new LinkedHashMap<>();
    pages.forEach(
        (url, page) ->
            byTitle
                .computeIfAbsent(page.title(), title -> new ArrayList<>())
                .add(SitePaths.path(url)));
    List<String> shared =
        byTitle.entrySet().stream()
            .filter(entry -> entry.getValue().size() > 1)
            .map(entry -> "\"" + entry.getKey() + "\" is the title of " + entry.getValue())
            .toList();
    String fine = Words.count(byTitle.size(), "title");
    reporter.judge(Check.start(CheckName.TITLES_ARE_UNIQUE, "/"), shared, fine, home);
  }

  void headings(Map<URI, PageOutline> pages) {
    Set<String> there =
        pages.values().stream()
            .flatMap(page -> page.headings().stream())
            .map(SiteChecks::comparable)
            .collect(Collectors.toSet());
    List<String> missing =
        plan.headings().stream()
            .filter(heading -> !isThere(comparable(heading), there))
            .map(heading -> "\"" + heading + "\" is not a heading on any page")
            .toList();
    String fine = "all " + plan.headings().size();
    reporter.judge(Check.start(CheckName.BRIEF_HEADINGS, "/"), missing, fine, home);
  }

  private static boolean isThere(String heading, Set<String> there) {
    return there.contains(heading) || there.stream().anyMatch(text -> text.contains(heading));
  }

  /** Pages give headings up to 500 characters, and letters of any case. */
  private static String comparable(String text) {
    String plain = SPACES.matcher(text).replaceAll(" ").strip();
    return plain.substring(0, Math.min(plain.length(), 400)).toLowerCase(Locale.ROOT);
  }

  /** A link inside the site may lead where the site likes, if its text is there. */
  void links(Map<URI, PageOutline> pages) {
    Origin origin = Origin.of(plan.url());
    Set<String> targets =
        pages.values().stream()
            .flatMap(page -> page.links().stream())
            .map(link -> normal(link.href()))
            .collect(Collectors.toSet());
    Set<String> texts =
        pages.values().stream()
            .flatMap(page -> page.links().stream())
            .map(link -> comparable(link.text()))
            .collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (TestPlan.ExpectedLink link : plan.links()) {
      String target =
          Origin.parse(link.href()).map(plan.url()::resolve).map(URI::toString).orElse(link.href());
      boolean inside = origin.owns(target);
      if (!targets.contains(normal(target))
          && !(inside && isThere(comparable(link.text()), texts))) {
        missing.add("no link to " + link.href() + " (\"" + link.text() + "\")");
      }
    }
    String fine = "all " + plan.links().size();
    reporter.judge(Check.start(CheckName.BRIEF_LINKS, "/"), missing, fine, home);
  }

  private static String normal(String href) {
    return Origin.parse(href)
        .filter(url -> url.getHost() != null)
        .map(url -> SitePaths.isBare(url) ? SitePaths.root(url) : url)
        .map(url -> Origin.of(url).text() + SitePaths.path(url) + fragment(url))
        .orElse(href);
  }

  private static String fragment(URI url) {
    return url.getRawFragment() == null ? "" : "#" + url.getRawFragment();
  }

  void missingPage() {
    Check check = Check.start(CheckName.MISSING_PAGE, plan.missingPage());
    String seen =
        fetch(plan.url().resolve(plan.missingPage()))
            .map(answer -> "status " + answer.status() + ", " + answer.type())
            .await()
            .atMost(deadline);
    if (seen.equals("status 404, text/html")) {
      reporter.pass(check, seen);
    } else {
      reporter.fail(check, seen, home);
    }
  }

  void favicon(Map<URI, PageOutline> pages) {
    String named = pages.values().stream().findFirst().map(PageOutline::icon).orElse("");
    if (named.startsWith("data:image/")) {
      reporter.pass(Check.start(CheckName.FAVICON_LOADS, "/"), "a picture in the page itself");
      return;
    }
    URI url = Origin.parse(named.isEmpty() ? "/favicon.ico" : named).orElse(plan.url());
    Check check = Check.start(CheckName.FAVICON_LOADS, "/");
    reporter.judge(
        check,
        fetch(plan.url().resolve(url))
            .map(
                answer ->
                    answer.status() == 200 && answer.type().startsWith("image/")
                        ? List.<String>of()
                        : List.of(
                            "%s has status %d, %s"
                                .formatted(SitePaths.path(url), answer.status(), answer.type())))
            .await()
            .atMost(deadline),
        "a picture at " + SitePaths.path(url),
        home);
  }

  private Uni<SiteClient.Answer> fetch(URI url) {
    return client
        .follow(url, LARGEST)
        .onFailure(SiteClient::isNoAnswer)
        .recoverWithItem(failure -> SiteClient.Answer.none(url));
  }
}

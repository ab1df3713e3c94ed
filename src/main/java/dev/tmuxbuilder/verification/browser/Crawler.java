package dev.tmuxbuilder.verification.browser;

import io.smallrye.mutiny.Uni;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Follows the links of a site from its home page, without running anything of it: pages are fetched
 * a wave at a time and read by the browser's own parser. Bounded in pages, bytes and time.
 */
final class Crawler {
  /** Pages and files of one site that are looked at. */
  private static final int MOST = 300;

  private static final int MOST_IN_A_WAVE = 60;
  private static final long LARGEST_PAGE = 4 << 20;
  private static final Duration TIME = Duration.ofSeconds(45);

  private final Tab tab;
  private final SiteClient client;

  Crawler(Tab tab, SiteClient client) {
    this.tab = tab;
    this.client = client;
  }

  /** What was fetched; without an answer there is a problem. */
  private record Fetched(SiteMap.Lead lead, Optional<SiteClient.Answer> answer, String problem) {}

  SiteMap crawl(URI site) {
    SiteMap map = new SiteMap(site);
    map.found(SitePaths.root(site), "");
    long until = System.nanoTime() + TIME.toNanos();
    while (map.hasWaiting() && System.nanoTime() < until && map.looked() < MOST) {
      look(map);
    }
    return map;
  }

  /** Looks at the next few leads. */
  void look(SiteMap map) {
    List<Uni<Fetched>> looks =
        map.takeWaiting(Math.min(MOST_IN_A_WAVE, MOST - map.looked())).stream()
            .map(this::fetch)
            .toList();
    if (looks.isEmpty()) {
      return;
    }
    List<Fetched> wave =
        Uni.join()
            .all(looks)
            .usingConcurrencyOf(SiteClient.CONNECTIONS)
            .andFailFast()
            .await()
            .atMost(TIME.multipliedBy(2));
    List<PageOutline> outlines = read(wave.stream().filter(Crawler::isPage).toList());
    int next = 0;
    for (Fetched fetched : wave) {
      boolean page = isPage(fetched);
      map.add(entry(fetched, page ? Optional.of(outlines.get(next)) : Optional.empty()));
      next += page ? 1 : 0;
    }
  }

  private Uni<Fetched> fetch(SiteMap.Lead lead) {
    return client
        .follow(lead.url(), LARGEST_PAGE)
        .map(answer -> new Fetched(lead, Optional.of(answer), problem(answer)))
        .onFailure(SiteClient::isNoAnswer)
        .recoverWithItem(
            failure ->
                new Fetched(lead, Optional.empty(), "no answer: " + Words.firstLine(failure)));
  }

  private static String problem(SiteClient.Answer answer) {
    if (answer.target(answer.url()).isPresent()) {
      return "it redirects on and on, or to another site";
    }
    return answer.isHtml() && !answer.whole()
        ? "the page is larger than " + Words.bytes(LARGEST_PAGE)
        : "";
  }

  private static boolean isPage(Fetched fetched) {
    return fetched.problem().isEmpty()
        && fetched.answer().filter(SiteClient.Answer::isHtml).isPresent();
  }

  private static SiteMap.Entry entry(Fetched fetched, Optional<PageOutline> outline) {
    URI url = fetched.lead().url();
    return new SiteMap.Entry(
        url,
        fetched.lead().foundOn(),
        fetched.answer().map(SiteClient.Answer::status).orElse(0),
        fetched.problem(),
        fetched.problem().isEmpty()
            ? fetched.answer().map(SiteClient.Answer::url).orElse(url)
            : url,
        outline);
  }

  private List<PageOutline> read(List<Fetched> pages) {
    if (pages.isEmpty()) {
      return List.of();
    }
    List<Map<String, String>> sources = new ArrayList<>();
    for (Fetched page : pages) {
      page.answer()
          .ifPresent(
              answer ->
                  sources.add(
                      Map.of(
                          "url", answer.url().toString(),
                          "html", answer.body().toString(StandardCharsets.UTF_8))));
    }
    return tab.within(
        TIME,
        "reading pages",
        () -> {
          tab.blank();
          return PageOutline.read(tab.evaluate(Scripts.OUTLINE, sources));
        });
  }
}

package dev.tmuxbuilder.verification.browser;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What was found on a site by following its links, in the order in which it was found. */
final class SiteMap {
  /** More are not remembered: a site that makes its own links could go on for ever. */
  private static final int MOST_LEADS = 5_000;

  private final Origin origin;
  private final Map<URI, Entry> entries = new LinkedHashMap<>();
  private final Deque<Lead> waiting = new ArrayDeque<>();
  private final Set<URI> known = new HashSet<>();

  SiteMap(URI site) {
    this.origin = Origin.of(site);
  }

  /** A URL that was not looked at yet, and the path of the page that leads there. */
  record Lead(URI url, String foundOn) {}

  /**
   * What is at a URL.
   *
   * @param status of the answer; 0 where there was none
   * @param problem why there is no use in opening it; empty where there is none
   * @param end where it redirects to in the end; its own URL where it does not
   * @param outline of a page; empty where it is none
   */
  record Entry(
      URI url, String foundOn, int status, String problem, URI end, Optional<PageOutline> outline) {
    boolean works() {
      return status >= 200 && status < 400 && problem.isEmpty();
    }

    String seen() {
      return problem.isEmpty() ? "status " + status : problem;
    }
  }

  static URI withoutFragment(URI url) {
    String text = url.toString();
    int hash = text.indexOf('#');
    URI bare = hash < 0 ? url : URI.create(text.substring(0, hash));
    return SitePaths.isBare(bare) ? SitePaths.root(bare) : bare;
  }

  /** Remembers a link; true where it leads to something new inside the site. */
  boolean found(URI url, String foundOn) {
    URI key = withoutFragment(url);
    if (!origin.owns(key.toString()) || known.size() >= MOST_LEADS || !known.add(key)) {
      return false;
    }
    waiting.add(new Lead(key, foundOn));
    return true;
  }

  List<Lead> takeWaiting(int most) {
    List<Lead> taken = new ArrayList<>();
    while (taken.size() < most && !waiting.isEmpty()) {
      taken.add(waiting.removeFirst());
    }
    return taken;
  }

  void add(Entry entry) {
    entries.put(entry.url(), entry);
    String path = SitePaths.path(entry.url());
    if (!entry.end().equals(entry.url())) {
      found(entry.end(), entry.foundOn());
    }
    entry.outline().stream()
        .flatMap(outline -> outline.links().stream())
        .map(link -> Origin.parse(link.href()))
        .flatMap(Optional::stream)
        .forEach(url -> found(url, path));
  }

  Optional<Entry> at(URI url) {
    return Optional.ofNullable(entries.get(withoutFragment(url)));
  }

  boolean owns(URI url) {
    return origin.owns(url.toString());
  }

  int looked() {
    return entries.size();
  }

  /** How many URLs are known, looked at or not. */
  int known() {
    return known.size();
  }

  boolean hasWaiting() {
    return !waiting.isEmpty();
  }

  /** Pages to open in the browser: no files, and none that only leads to another. */
  List<Entry> pages() {
    return entries.values().stream()
        .filter(entry -> entry.outline().isPresent() || !entry.works())
        .filter(entry -> Objects.equals(entry.url(), withoutFragment(entry.end())))
        .toList();
  }
}

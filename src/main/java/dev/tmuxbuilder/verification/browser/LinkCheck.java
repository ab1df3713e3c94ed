package dev.tmuxbuilder.verification.browser;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the links of a page lead to something, by what is known of the whole site. */
final class LinkCheck {
  private final SiteMap map;
  private final Map<URI, PageOutline> opened;

  /**
   * @param opened pages as they are once they have run
   */
  LinkCheck(SiteMap map, Map<URI, PageOutline> opened) {
    this.map = map;
    this.opened = opened;
  }

  /** A link that leads nowhere. */
  record Broken(String href, String reason) {
    String words() {
      return href + ": " + reason;
    }
  }

  List<Broken> broken(PageOutline page) {
    Set<Broken> broken = new LinkedHashSet<>();
    for (PageOutline.Link link : page.links()) {
      Origin.parse(link.href())
          .filter(map::owns)
          .flatMap(url -> reason(url).map(reason -> new Broken(link.href(), reason)))
          .ifPresent(broken::add);
    }
    return List.copyOf(broken);
  }

  /** Empty where the link works, or was not looked at because the site has too many. */
  private Optional<String> reason(URI url) {
    return map.at(url)
        .flatMap(entry -> entry.works() ? fragment(url, entry) : Optional.of(entry.seen()));
  }

  private Optional<String> fragment(URI url, SiteMap.Entry entry) {
    String fragment = decoded(url);
    URI end = SiteMap.withoutFragment(entry.end());
    Optional<PageOutline> page =
        Optional.ofNullable(opened.get(end)).or(() -> map.at(end).flatMap(SiteMap.Entry::outline));
    boolean known =
        fragment.isEmpty()
            || fragment.equalsIgnoreCase("top")
            || page.isEmpty()
            || page.get().ids().contains(fragment)
            || page.get().ids().contains(url.getRawFragment());
    return known ? Optional.empty() : Optional.of("there is no \"" + fragment + "\" on that page");
  }

  private static String decoded(URI url) {
    String raw = url.getRawFragment();
    return raw == null ? "" : URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}

package dev.tmuxbuilder.agent.starter;

import dev.tmuxbuilder.brief.Section;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All files of a site's pages, by their path from the root. */
final class SiteFiles {
  private static final int WIDTH = 1200;
  private static final int HEIGHT = 630;

  private final Site site;
  private final Layout layout;
  private final SortedMap<String, byte[]> files = new TreeMap<>();

  private SiteFiles(Site site) {
    this.site = site;
    this.layout = new Layout(site);
  }

  static SortedMap<String, byte[]> of(Site site, String stylesheet) {
    SiteFiles all = new SiteFiles(site);
    all.put(site.stylesheet(), stylesheet);
    all.pages();
    all.pictures();
    all.directions();
    return all.files;
  }

  /** The style sheet of a design in these colours. */
  static String stylesheet(Design design, Palette light, Palette dark) {
    return ":root{color-scheme:light dark;"
        + light.css()
        + "}\n@media (prefers-color-scheme:dark){:root{"
        + dark.css()
        + "}}\n@media print{:root{"
        + light.css()
        + "}}\n"
        + Resources.text("css/base.css")
        + Resources.text("css/" + design.wire() + ".css")
        + Resources.text("css/print.css");
  }

  /** A name that changes with the content, so that browsers may keep the file for ever. */
  static String hashedName(String stem, String ending, String content) {
    return "assets/" + stem + "." + hash(content) + "." + ending;
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 4);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void pages() {
    put("index.html", layout.render(new HomePage(site).page()));
    if (site.brief().hasPages()) {
      for (int i = 0; i < site.brief().sections().size(); i++) {
        String slug = site.brief().sections().get(i).slug();
        put(slug + "/index.html", layout.render(new SectionPage(site, i).page()));
      }
    }
    put("404.html", layout.render(new LostPage(site).page()));
  }

  private void pictures() {
    put("favicon.svg", site.design().art().mark().file(site.light()));
    Drawing scene = site.design().art().scene(site.random("scene"));
    files.put(
        "preview.png",
        new Canvas(WIDTH, HEIGHT, site.light().page()).paint(scene, site.light()).png());
  }

  /** For search engines; a map must name whole addresses, so it needs to know the site's own. */
  private void directions() {
    StringBuilder robots = new StringBuilder("User-agent: *\nAllow: /\n");
    site.absolute("/sitemap.xml")
        .ifPresent(
            map -> {
              robots.append("Sitemap: ").append(map).append('\n');
              put("sitemap.xml", sitemap());
            });
    put("robots.txt", robots.toString());
  }

  private String sitemap() {
    List<String> paths = new ArrayList<>(List.of("/"));
    if (site.brief().hasPages()) {
      site.brief().sections().stream()
          .map(Section::slug)
          .forEach(slug -> paths.add("/" + slug + "/"));
    }
    site.form().ifPresent(form -> paths.add("/" + form.wire() + "/"));
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    xml.append("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (String path : paths) {
      xml.append("  <url><loc>");
      Html.escape(site.absolute(path).orElseThrow(), xml);
      xml.append("</loc></url>\n");
    }
    return xml.append("</urlset>\n").toString();
  }

  private void put(String path, String text) {
    files.put(path, text.getBytes(StandardCharsets.UTF_8));
  }
}

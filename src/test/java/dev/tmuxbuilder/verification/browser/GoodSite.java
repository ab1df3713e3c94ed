package dev.tmuxbuilder.verification.browser;

import java.util.LinkedHashMap;
import java.util.Map;

/** The pages of a bakery's site on which every check is green. */
final class GoodSite {
  static final String CSS =
      """
      :root { color-scheme: light dark; --ink: #1c1917; --paper: #fafaf9; --link: #9a3412; }
      @media (prefers-color-scheme: dark) {
        :root { --ink: #fafaf9; --paper: #1c1917; --link: #fdba74; }
      }
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1.1rem/1.6 serif;
             color: var(--ink); background: var(--paper); }
      a { color: var(--link); }
      nav { display: flex; flex-wrap: wrap; gap: 1rem; }
      section { min-height: 20rem; }
      """;

  static final String ICON =
      "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><circle cx='4' cy='4' r='3'/></svg>";

  /** By directory. */
  static final Map<String, String> PAGES = pages();

  private GoodSite() {}

  private static Map<String, String> pages() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(
        "",
        """
        <h1>Bread from the old oven</h1>
        <p>Write to <a href="mailto:ana@example.com">Ana</a>,
        see our <a href="https://example.com/friends">friends</a>
        or go <a href="#hours">to the hours</a>.</p>
        <section id="hours"><h2>Opening hours</h2><p>From seven to noon.</p></section>
        """);
    for (String name : new String[] {"Bread", "Cakes", "People", "History", "Contact"}) {
      pages.put(
          name.toLowerCase(java.util.Locale.ROOT) + "/",
          "<h1>" + name + "</h1><section><p>All about " + name + ".</p></section>");
    }
    return pages;
  }

  static String home() {
    return page(title(""), PAGES.getOrDefault("", ""));
  }

  static String title(String path) {
    return path.isEmpty() ? "Old Oven" : path.replace("/", "") + " · Old Oven";
  }

  static String page(String title, String body) {
    StringBuilder navigation =
        new StringBuilder("<nav aria-label=\"Pages\"><a href=\"/\">Home</a>");
    PAGES_IN_NAVIGATION.forEach(
        path ->
            navigation
                .append("<a href=\"/")
                .append(path)
                .append("/\">")
                .append(path)
                .append("</a>"));
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title><meta name="description" content="%s, a bakery">
    <link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/site.css"></head>
    <body><header>%s</nav></header><main>%s</main></body></html>
    """
        .formatted(title, title, navigation, body);
  }

  private static final Iterable<String> PAGES_IN_NAVIGATION =
      java.util.List.of("bread", "cakes", "people", "history", "contact");
}

package dev.tmuxbuilder.agent.starter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What a dynamic site has beside its public pages: the server's program and the form's pages. */
final class FormPages {
  /** Where the server puts the form, the entries and what it has to say. */
  private static final Html SLOT = Html.trusted("<!--slot-->");

  private static final List<String> USED =
      List.of(
          "name",
          "mail",
          "mail.hidden",
          "text",
          "send",
          "leave",
          "guestbook.none",
          "guestbook.thanks",
          "error.form",
          "error.name",
          "error.mail",
          "error.text",
          "error.rate",
          "error.size");

  private final Site site;
  private final FormKind form;

  FormPages(Site site, FormKind form) {
    this.site = site;
    this.form = form;
  }

  /** Paths from the root of the source directory. */
  SortedMap<String, String> files() {
    Layout layout = new Layout(site);
    SortedMap<String, String> files = new TreeMap<>();
    files.put("server.mjs", Resources.text("server.mjs"));
    files.put("pages/site.json", json());
    files.put("pages/form.html", layout.render(page(title(), form.wire() + ".lead", true)));
    files.put("pages/thanks.html", layout.render(page("message.thanks", "message.kept", false)));
    return files;
  }

  /** No two pages of a site may have one title. */
  private String title() {
    boolean taken = site.brief().sections().stream().anyMatch(site::speaksOfForm);
    return taken ? form.wire() + ".open" : form.wire();
  }

  private Layout.Page page(String title, String lead, boolean listed) {
    Words words = site.words();
    Html motif = site.design().art().motif(3, site.random("form")).inline("motif", "xMidYMid meet");
    Html head =
        Html.el("header", Html.el("div", Html.el("h1", words.get(title)), motif).cls("wrap"))
            .cls("head");
    List<Html> body = new ArrayList<>();
    body.add(Html.el("p", words.get(lead)).cls("lead"));
    body.add(SLOT);
    return new Layout.Page(
        "/" + form.wire() + "/",
        site.rootPath(),
        "page",
        words.get(title),
        words.get(lead),
        listed,
        Html.el("article", head, Html.el("div", Html.all(body)).cls("wrap talk")));
  }

  private String json() {
    String words =
        USED.stream()
            .map(key -> quoted(key) + ": " + quoted(site.words().get(key)))
            .collect(Collectors.joining(",\n    "));
    Map<String, String> own = new TreeMap<>(Map.of("form", form.wire(), "root", site.rootPath()));
    String head =
        own.entrySet().stream()
            .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
            .collect(Collectors.joining(",\n  "));
    return "{\n  " + head + ",\n  \"words\": {\n    " + words + "\n  }\n}\n";
  }

  /** As a JSON string, RFC 8259. */
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}

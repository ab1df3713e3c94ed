package dev.tmuxbuilder.hosting;

import dev.tmuxbuilder.execution.Artifact;
import dev.tmuxbuilder.execution.Json;
import dev.tmuxbuilder.hosting.SiteObject.Content;
import dev.tmuxbuilder.hosting.SiteObject.Form;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which objects make a site in a cloud's store of objects behave as on any web server: {@code
 * about} leads to {@code about/}, which shows {@code about/index.html}, and what is not there has a
 * page that says so.
 */
public final class SiteObjects {
  public static final String INDEX = "index.html";
  public static final String NOT_FOUND = "404.html";

  private static final String PAGE = "text/html; charset=utf-8";

  private SiteObjects() {}

  /** How {@code about/} comes to show {@code about/index.html}. */
  public enum Indexes {
    /** The page is stored a second time, under that very key. */
    STORED,
    /** Whoever serves the store finds it. */
    FOUND
  }

  /** Sorted: what pages need first, then pages. */
  public static List<SiteObject> of(Artifact artifact, Indexes indexes) {
    Map<String, SiteObject> objects = new TreeMap<>();
    for (Artifact.File file : artifact.files()) {
      if (hidden(file.path())) {
        continue;
      }
      Content content = new Content.Stored(artifact.root().resolve(file.path()));
      Form form = form(file);
      objects.put(file.path(), new SiteObject(file.path(), content, form));
      if (file.path().endsWith("/" + INDEX)) {
        String directory = file.path().substring(0, file.path().length() - INDEX.length());
        String bare = directory.substring(0, directory.length() - 1);
        if (indexes == Indexes.STORED) {
          objects.put(directory, new SiteObject(directory, content, form));
        }
        objects.put(bare, made(bare, moved(bare)));
      }
    }
    objects.computeIfAbsent(NOT_FOUND, missing -> made(NOT_FOUND, NOTHING_HERE));
    return objects.values().stream()
        .sorted(Comparator.comparing(object -> object.form().html()))
        .toList();
  }

  /** As on every host: what begins with a dot is private, but for {@code .well-known}. */
  private static boolean hidden(String path) {
    String whole = "/" + path;
    return whole.contains("/.")
        && (!whole.startsWith("/.well-known/") || whole.indexOf("/.", 1) >= 0);
  }

  private static Form form(Artifact.File file) {
    boolean packed = file.path().endsWith(".svgz");
    String type = packed ? "image/svg+xml; charset=utf-8" : MediaTypes.of(file.path());
    return new Form(
        file.sha256(), file.bytes(), type, CachePolicy.of(file.path(), type), packed ? "gzip" : "");
  }

  private static SiteObject made(String key, String page) {
    byte[] bytes = page.getBytes(StandardCharsets.UTF_8);
    return new SiteObject(
        key,
        new Content.Made(bytes),
        new Form(Json.sha256(bytes), bytes.length, PAGE, CachePolicy.of(INDEX, PAGE), ""));
  }

  private static String moved(String directory) {
    String target = UrlPaths.of(directory.substring(directory.lastIndexOf('/') + 1)) + "/";
    String relative = target.substring(1).replace("&", "&amp;").replace("'", "%27");
    return """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>Moved</title>
        <meta http-equiv="refresh" content="0;url='%1$s'">
        <link rel="canonical" href='%1$s'>
        <p>This page is at <a href='%1$s'>%1$s</a>.</p>
        </html>
        """
        .formatted(relative);
  }

  private static final String NOTHING_HERE =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>This page does not exist</title>
      <style>
      :root{color-scheme:light dark}
      body{font:1.1rem/1.6 system-ui,sans-serif;margin:18vh auto 0;max-width:34rem;padding:0 1.5rem}
      h1{font-size:1.7rem;line-height:1.25;margin:0 0 .5rem}
      p{margin:0}
      </style>
      <h1>This page does not exist</h1>
      <p>The site’s <a href="/">home page</a> may lead you on.</p>
      </html>
      """;
}

package dev.tmuxbuilder.verification.browser;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** From files to the URLs that serve them. */
final class SitePaths {
  private static final String INDEX = "index.html";

  private SitePaths() {}

  /** The URL that serves a file; a directory's index is served at the directory. */
  static URI url(URI site, String file) {
    String path = file.equals(INDEX) || file.endsWith("/" + INDEX) ? directory(file) : file;
    return root(site).resolve("./" + encode(path));
  }

  /** The site's home page. */
  static URI root(URI site) {
    return site.toString().endsWith("/") ? site : URI.create(site + "/");
  }

  /** Whether a URL ends with its host. */
  static boolean isBare(URI url) {
    return (url.getRawPath() == null || url.getRawPath().isEmpty()) && url.getRawQuery() == null;
  }

  /** The page's path as people see it. */
  static String path(URI url) {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
  }

  private static String directory(String file) {
    return file.substring(0, file.length() - INDEX.length());
  }

  private static String encode(String path) {
    return Arrays.stream(path.split("/", -1))
        .map(segment -> URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }
}

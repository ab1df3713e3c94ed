package dev.tmuxbuilder.hosting;

import java.util.Locale;
import java.util.Map;

/** What kind of content a file holds, judged by its name's ending. */
public final class MediaTypes {
  private static final String UTF_8 = "; charset=utf-8";

  private static final Map<String, String> BY_ENDING =
      Map.ofEntries(
          Map.entry("html", "text/html" + UTF_8),
          Map.entry("htm", "text/html" + UTF_8),
          Map.entry("xhtml", "application/xhtml+xml" + UTF_8),
          Map.entry("css", "text/css" + UTF_8),
          Map.entry("js", "text/javascript" + UTF_8),
          Map.entry("mjs", "text/javascript" + UTF_8),
          Map.entry("json", "application/json" + UTF_8),
          Map.entry("map", "application/json" + UTF_8),
          Map.entry("jsonld", "application/ld+json" + UTF_8),
          Map.entry("webmanifest", "application/manifest+json" + UTF_8),
          Map.entry("xml", "application/xml" + UTF_8),
          Map.entry("atom", "application/atom+xml" + UTF_8),
          Map.entry("rss", "application/rss+xml" + UTF_8),
          Map.entry("svg", "image/svg+xml" + UTF_8),
          Map.entry("txt", "text/plain" + UTF_8),
          Map.entry("md", "text/markdown" + UTF_8),
          Map.entry("csv", "text/csv" + UTF_8),
          Map.entry("ics", "text/calendar" + UTF_8),
          Map.entry("vcf", "text/vcard" + UTF_8),
          Map.entry("vtt", "text/vtt" + UTF_8),
          Map.entry("wasm", "application/wasm"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("zip", "application/zip"),
          Map.entry("gz", "application/gzip"),
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("gif", "image/gif"),
          Map.entry("webp", "image/webp"),
          Map.entry("avif", "image/avif"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("bmp", "image/bmp"),
          Map.entry("woff", "font/woff"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("ttf", "font/ttf"),
          Map.entry("otf", "font/otf"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("wav", "audio/wav"),
          Map.entry("m4a", "audio/mp4"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("webm", "video/webm"),
          Map.entry("mov", "video/quicktime"));

  private MediaTypes() {}

  /** A Content-Type; with {@code nosniff}, an unknown ending is a download and nothing else. */
  public static String of(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
    return BY_ENDING.getOrDefault(ending, "application/octet-stream");
  }

  public static boolean html(String mediaType) {
    return mediaType.startsWith("text/html") || mediaType.startsWith("application/xhtml");
  }

  /** Whether gzip and the like make such content notably smaller. */
  public static boolean compressible(String mediaType) {
    return mediaType.endsWith(UTF_8)
        || mediaType.equals("application/wasm")
        || mediaType.equals("font/ttf")
        || mediaType.equals("font/otf")
        || mediaType.equals("image/x-icon")
        || mediaType.equals("image/bmp");
  }
}

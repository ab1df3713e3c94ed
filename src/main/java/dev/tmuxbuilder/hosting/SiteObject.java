package dev.tmuxbuilder.hosting;

import java.nio.file.Path;

/**
 * An object that a release needs where a cloud stores it.
 *
 * @param key relative to the release
 */
public record SiteObject(String key, Content content, Form form) {

  /** Where the bytes come from. */
  public sealed interface Content {
    /** A file of the artifact. */
    record Stored(Path file) implements Content {}

    /** A small page that is made for the release. */
    record Made(byte[] bytes) implements Content {}
  }

  /**
   * What is stored, and how it is served: two objects with the same form need not be told apart.
   *
   * @param sha256 of the bytes, lower-case hex
   * @param encoding as Content-Encoding has it, or empty
   */
  public record Form(String sha256, long bytes, String type, String cache, String encoding) {
    public boolean html() {
      return MediaTypes.html(type);
    }

    /** Whether an edge cache or a browser may serve it for a while without asking. */
    public boolean kept() {
      return cache.contains("max-age");
    }
  }
}

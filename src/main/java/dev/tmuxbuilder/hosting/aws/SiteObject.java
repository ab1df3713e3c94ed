package dev.tmuxbuilder.hosting.aws;

import java.nio.file.Path;

/**
 * An object that a release needs in its bucket.
 *
 * @param key relative to the release
 */
record SiteObject(String key, Content content, Form form) {

  /** Where the bytes come from. */
  sealed interface Content {
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
  record Form(String sha256, long bytes, String type, String cache, String encoding) {
    boolean html() {
      return dev.tmuxbuilder.hosting.MediaTypes.html(type);
    }

    /** Whether CloudFront or a browser may serve it for a while without asking. */
    boolean kept() {
      return cache.contains("max-age");
    }
  }
}
